// A picture made smaller by the mean of the area under each pixel, rounded once. A canvas that scales rounds down at every
// step: 1.6 grey levels darker after four halvings in Chromium 156, which moved a probability by 0.04.

/** `width` and `height` are at most the bitmap's. Colours count by their alpha, as in compositing. */
export function averageAreas(bitmap: ImageBitmap, width: number, height: number): ImageData {
  const averaged = new ImageData(width, height);
  const stepY = bitmap.height / height;
  const canvas = new OffscreenCanvas(bitmap.width, Math.ceil(stepY) + 1);
  const strip = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  strip.globalCompositeOperation = "copy";
  const sums = new Float64Array(4 * bitmap.width);

  for (let y = 0; y < height; y++) {
    const top = y * stepY;
    const firstRow = Math.floor(top);
    strip.drawImage(bitmap, 0, -firstRow);
    const { data } = strip.getImageData(0, 0, canvas.width, canvas.height);
    sums.fill(0);
    for (let row = 0; row < canvas.height; row++) {
      addRow(data.subarray(row * sums.length), overlap(firstRow + row, top, top + stepY), sums);
    }
    narrow(sums, averaged.data.subarray(4 * y * width, 4 * (y + 1) * width), stepY);
  }
  return averaged;
}

/** How much of the pixel at `index` lies between two edges: 0 to 1. */
const overlap = (index: number, from: number, to: number) =>
  Math.max(0, Math.min(to, index + 1) - Math.max(from, index));

/** Adds red, green and blue times alpha, and alpha. */
function addRow(rgba: Uint8ClampedArray, weight: number, sums: Float64Array): void {
  if (weight === 0) return;
  for (let i = 0; i < sums.length; i += 4) {
    const alpha = rgba[i + 3] * weight;
    sums[i] += rgba[i] * alpha;
    sums[i + 1] += rgba[i + 1] * alpha;
    sums[i + 2] += rgba[i + 2] * alpha;
    sums[i + 3] += alpha;
  }
}

/** The columns of a row of sums into the fewer pixels of `rgba`. */
function narrow(sums: Float64Array, rgba: Uint8ClampedArray, stepY: number): void {
  const stepX = sums.length / rgba.length;
  for (let x = 0; x < rgba.length / 4; x++) {
    const from = x * stepX;
    const to = from + stepX;
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (let column = Math.floor(from); column < to && 4 * column < sums.length; column++) {
      const weight = overlap(column, from, to);
      red += sums[4 * column] * weight;
      green += sums[4 * column + 1] * weight;
      blue += sums[4 * column + 2] * weight;
      alpha += sums[4 * column + 3] * weight;
    }
    // An array of this kind rounds to the nearest, and makes 0 of what has no alpha and so no colour.
    rgba.set([red / alpha, green / alpha, blue / alpha, alpha / (stepX * stepY)], 4 * x);
  }
}
