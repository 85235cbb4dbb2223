// An image of the data set as a page shows it: a PNG in a data URL, no larger than it is seen.

import { toBase64 } from "../../src/base/bytes.ts";
import type { Pixels } from "../../src/image/pixels.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import { encodePng } from "../evaluate/images/encode-png.ts";

const LARGEST_SIDE = 192;

/** Transparency is laid over black. */
export function toThumbnailUrl(pixels: Pixels): string {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(pixels.width, pixels.height));
  const [width, height] = [pixels.width, pixels.height].map((side) => Math.max(1, Math.round(side * scale)));
  const channels = pixels.channels < 3 ? 1 : 3;
  const samples = preprocess(pixels, {
    height,
    width,
    colour: channels === 1 ? "grey" : "rgb",
    resize: { mode: "stretch", filter: "area" },
    background: 0,
    scale: 1,
    mean: channels === 1 ? [0] : [0, 0, 0],
    standardDeviation: channels === 1 ? [1] : [1, 1, 1],
    maxBytes: 1,
    maxPixels: 1,
  });
  const data = Uint8ClampedArray.from(samples);
  return `data:image/png;base64,${toBase64(encodePng({ width, height, channels, data, maxValue: 255 }))}`;
}
