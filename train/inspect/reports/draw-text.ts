// An image as characters, for a contact sheet on a terminal.

import type { Pixels } from "../../../src/image/pixels.ts";
import { preprocess } from "../../../src/preprocess/preprocess.ts";

/** From dark to light; a terminal's background is taken for dark. */
const RAMP = " .:-=+*#%@";

/** `rows` lines of `columns` characters; a character is about twice as high as it is wide. */
export function drawText(pixels: Pixels, columns: number, rows: number): string[] {
  const grey = preprocess(pixels, {
    height: rows,
    width: columns,
    colour: "grey",
    resize: { mode: "stretch", filter: "area" },
    background: 0,
    scale: 1 / 255,
    mean: [0],
    standardDeviation: [1],
    maxBytes: 1,
    maxPixels: 1,
  });
  const characters = Array.from(grey, (value) => RAMP[Math.min(RAMP.length - 1, Math.floor(value * RAMP.length))]);
  return Array.from({ length: rows }, (_, row) => characters.slice(row * columns, (row + 1) * columns).join(""));
}
