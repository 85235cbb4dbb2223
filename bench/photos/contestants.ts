// Ways from the bytes of a photo to an input of 224 x 224 in colour, in any runtime: the product's, and mozjpeg decoding
// the whole of it first, with and without the product's own resize behind it.

import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import { createImageReader, type CodecModules } from "../../src/image/read-image.ts";
import { startCodec } from "../../src/image/codec/start-codec.ts";
import { openInput, type OpenInput } from "../../src/preprocess/open-input.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import { toReadLimits } from "../../src/preprocess/read-limits.ts";

/** Paths of the Worker, and names in the tables. */
export type PhotoWay = "product" | "mozjpeg" | "mozjpegAndResize";

export type PhotoWays = Record<PhotoWay, (file: Uint8Array) => Promise<Float32Array | Uint8Array>>;

export const PHOTO_INPUT: InputSpec = {
  width: 224,
  height: 224,
  colour: "rgb",
  resize: { mode: "stretch", filter: "area" },
  background: 0,
  scale: 1 / 255,
  mean: [0, 0, 0],
  standardDeviation: [1, 1, 1],
  maxBytes: 16 * 1024 * 1024,
  maxPixels: 16 * 1024 * 1024,
};

type Mozjpeg = (file: Uint8Array, preserveOrientation: boolean) => { data: Uint8Array; width: number; height: number };

/** The package's own instance lives as long, and as large, as one that is kept here. */
export function createPhotoWays(modules: CodecModules, mozjpegModule: WebAssembly.Module): PhotoWays {
  const readImage = createImageReader(modules);
  const { decode } = startCodec<Mozjpeg>(createDecoder, mozjpegModule, () => undefined);
  return {
    async product(file) {
      let opened: OpenInput | undefined;
      const read = await readImage(file, toReadLimits(PHOTO_INPUT), (header) => {
        opened = openInput(header, PHOTO_INPUT);
        return opened.take;
      });
      if (!read.ok || !opened) throw new Error("the photo was not read");
      return opened.finish();
    },
    mozjpeg: async (file) => decode(file, false).data,
    async mozjpegAndResize(file) {
      const { width, height, data } = decode(file, false);
      return preprocess({ width, height, channels: 4, data, maxValue: 255 }, PHOTO_INPUT);
    },
  };
}
