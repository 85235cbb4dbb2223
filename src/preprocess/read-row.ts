// One row of pixels as samples from 0 to 255 in the graph's colour, transparency laid over the background.

import type { Samples } from "../image/pixels.ts";

/** Luma of Rec. ITU-R BT.601, the grey of JPEG (JFIF 1.02) and of most imaging libraries. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** What is known of the rows: everything about an image but its samples and how many rows it has. */
export type RowFormat = Pick<Samples, "width" | "channels" | "maxValue">;

/**
 * Fills `row` (width x targetChannels) with the pixels that begin at `from` in `data`; colour models are converted in
 * floating point, nothing is rounded.
 */
export function readRow(
  data: Samples["data"],
  from: number,
  { width, channels, maxValue }: RowFormat,
  targetChannels: 1 | 3,
  background: number,
  row: Float64Array,
): void {
  const isColour = channels >= 3;
  // What nearly every image is.
  if (maxValue === 255 && channels === targetChannels) {
    for (let i = 0; i < row.length; i++) row[i] = data[from + i];
    return;
  }
  const to255 = 255 / maxValue;
  const hasAlpha = channels === 2 || channels === 4;
  for (let x = 0, source = from, target = 0; x < width; x++, source += channels) {
    const alpha = hasAlpha ? data[source + channels - 1] / maxValue : 1;
    const behind = background * (1 - alpha);
    const red = data[source] * to255;
    const green = isColour ? data[source + 1] * to255 : red;
    const blue = isColour ? data[source + 2] * to255 : red;
    if (targetChannels === 3) {
      row[target++] = red * alpha + behind;
      row[target++] = green * alpha + behind;
      row[target++] = blue * alpha + behind;
    } else {
      const grey = isColour ? LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue : red;
      row[target++] = grey * alpha + behind;
    }
  }
}
