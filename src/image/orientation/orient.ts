// Turns and mirrors pixels so that the picture stands upright. Pure, and the same for any number of channels.

import type { Orientation } from "./exif-orientation.ts";
import type { Extent, Pixels } from "../pixels.ts";

/** How the upright picture reads the stored one: from the far end of its x or y axis, and whether the axes change places. */
export const READING: Record<Orientation, { fromRight: boolean; fromBottom: boolean; transposed: boolean }> = {
  1: { fromRight: false, fromBottom: false, transposed: false },
  2: { fromRight: true, fromBottom: false, transposed: false },
  3: { fromRight: true, fromBottom: true, transposed: false },
  4: { fromRight: false, fromBottom: true, transposed: false },
  5: { fromRight: false, fromBottom: false, transposed: true },
  6: { fromRight: false, fromBottom: true, transposed: true },
  7: { fromRight: true, fromBottom: true, transposed: true },
  8: { fromRight: true, fromBottom: false, transposed: true },
};

/** Whether the upright picture is as wide as the stored one is high. */
export const swapsAxes = (orientation: Orientation): boolean => READING[orientation].transposed;

/** Applies an EXIF orientation (EXIF 2.32, section 4.6.4, tag 274). Orientation 1 gives back the same pixels, uncopied. */
export function orient(pixels: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return pixels;
  const { width, height, channels, data } = pixels;
  const { fromRight, fromBottom, transposed } = READING[orientation];

  // Distances in samples: from one stored pixel to the next along each stored axis, in reading direction.
  const stepX = fromRight ? -channels : channels;
  const stepY = fromBottom ? -width * channels : width * channels;
  const origin = (fromRight ? (width - 1) * channels : 0) + (fromBottom ? (height - 1) * width * channels : 0);

  const [outWidth, outHeight] = transposed ? [height, width] : [width, height];
  const [acrossStep, downStep] = transposed ? [stepY, stepX] : [stepX, stepY];

  const out = data instanceof Uint16Array ? new Uint16Array(data.length) : new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < outHeight; y++) {
    let from = origin + y * downStep;
    for (let x = 0; x < outWidth; x++, from += acrossStep) {
      for (let channel = 0; channel < channels; channel++) out[to++] = data[from + channel];
    }
  }
  const extent = pixels.extent && orientExtent(pixels.extent, pixels, orientation);
  return { ...pixels, width: outWidth, height: outHeight, data: out, ...(extent && { extent }) };
}

function orientExtent(
  { x, y, width, height }: Extent,
  whole: Pick<Pixels, "width" | "height">,
  orientation: Orientation,
): Extent {
  const { fromRight, fromBottom, transposed } = READING[orientation];
  const across = { at: fromRight ? whole.width - x - width : x, extent: width };
  const down = { at: fromBottom ? whole.height - y - height : y, extent: height };
  const [alongX, alongY] = transposed ? [down, across] : [across, down];
  return { x: alongX.at, y: alongY.at, width: alongX.extent, height: alongY.extent };
}
