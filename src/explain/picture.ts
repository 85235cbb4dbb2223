// The posted image as people look at it: what the overlay is drawn on.

import type { InputSpec } from "../bundle/manifest.ts";
import type { RowsHeader, TakeRows } from "../image/image-rows.ts";
import { swapsAxes } from "../image/orient.ts";
import type { Samples } from "../image/pixels.ts";
import { openInput } from "../preprocess/open-input.ts";

/** Height x width x RGB, 8 bits each. */
export type Picture = { width: number; height: number; data: Uint8Array };

export type OpenPicture = { take: TakeRows; finish: () => Picture };

/** Enough to look at on a phone; an overlay has at most 0.8 MB before it is deflated. */
const MAX_SIDE = 512;

/** The whole image, shrunk if it is large and never enlarged; transparency lies over the background as for the model. */
export function openPicture(header: RowsHeader, spec: InputSpec): OpenPicture {
  const upright = swapsAxes(header.orientation) ? { width: header.height, height: header.width } : header;
  const shrink = Math.min(1, MAX_SIDE / Math.max(upright.width, upright.height));
  const width = Math.max(1, Math.round(upright.width * shrink));
  const height = Math.max(1, Math.round(upright.height * shrink));
  // Most medical images are grey: one channel is shrunk, and shown as three.
  const isGrey = header.channels <= 2;
  const input = openInput(header, {
    ...spec,
    width,
    height,
    colour: isGrey ? "grey" : "rgb",
    resize: { mode: "stretch", filter: "area" },
    scale: 1,
    mean: [0, 0, 0],
    standardDeviation: [1, 1, 1],
  });
  return {
    take: input.take,
    finish() {
      const samples = input.finish();
      const data = new Uint8Array(3 * width * height);
      for (let i = 0; i < data.length; i++) data[i] = samples[isGrey ? Math.trunc(i / 3) : i] + 0.5; // rounded: bytes are cut off
      return { width, height, data };
    },
  };
}

/** The same of an image that stands in memory. */
export function toPicture(pixels: Samples, spec: InputSpec): Picture {
  const input = openPicture({ ...pixels, orientation: 1 }, spec);
  input.take(pixels.data);
  return input.finish();
}
