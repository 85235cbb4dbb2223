// im2col for a filter gradient: every pixel that one filter tap meets, laid out as one row. Pure, and it writes every
// element of its output, so the output may be uninitialised memory.
import type { backend_util } from "@tensorflow/tfjs-core";

/** A run of output rows: row r is output line r % outHeight of image floor(r / outHeight). */
export type OutputRows = { first: number; count: number };

/**
 * Fills `patches` [filterHeight * filterWidth * inChannels, rows.count * outWidth] from `imagesNchw`
 * [batch, inChannels, inHeight, inWidth]; taps that fall in the padding are zero.
 */
export function unfoldPatches(
  imagesNchw: Float32Array,
  geometry: backend_util.Conv2DInfo,
  rows: OutputRows,
  patches: Float32Array,
): void {
  const { inChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = geometry;
  const end = rows.first + rows.count;
  let at = 0;
  for (let tapY = 0; tapY < filterHeight; tapY++) {
    const shiftY = tapY * dilationHeight - padInfo.top;
    for (let tapX = 0; tapX < filterWidth; tapX++) {
      const shiftX = tapX * dilationWidth - padInfo.left;
      // Output columns [firstX, lastX) meet this tap inside the image; the others meet it in the padding.
      const firstX = Math.min(outWidth, Math.max(0, Math.ceil(-shiftX / strideWidth)));
      const lastX = Math.max(firstX, Math.min(outWidth, Math.floor((inWidth - 1 - shiftX) / strideWidth) + 1));
      for (let channel = 0; channel < inChannels; channel++) {
        for (let row = rows.first; row < end; row++) {
          const image = Math.floor(row / outHeight);
          const y = (row - image * outHeight) * strideHeight + shiftY;
          const lineEnd = at + outWidth;
          if (y >= 0 && y < inHeight) {
            const insideStart = at + firstX;
            const insideEnd = at + lastX;
            let from = ((image * inChannels + channel) * inHeight + y) * inWidth + firstX * strideWidth + shiftX;
            for (; at < insideStart; at++) patches[at] = 0;
            // With one index to advance, V8's loop takes half the time.
            if (strideWidth === 1) {
              const ahead = from - at;
              for (; at < insideEnd; at++) patches[at] = imagesNchw[at + ahead] ?? Number.NaN;
            } else {
              for (; at < insideEnd; at++, from += strideWidth) patches[at] = imagesNchw[from] ?? Number.NaN;
            }
          }
          for (; at < lineEnd; at++) patches[at] = 0;
        }
      }
    }
  }
}
