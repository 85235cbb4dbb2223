// An image whole: for those who look at it, compare it or change it. What is classified is read row by row instead.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { DecodeReason } from "./decode-failure.ts";
import type { ReadLimits } from "./image-rows.ts";
import { orient } from "./orientation/orient.ts";
import type { Pixels } from "./pixels.ts";
import { createImageReader, type CodecModules, type MediaType, type ReadImage } from "./read-image.ts";

export type { DecodeReason, MediaType };

/** The pixels are upright: an EXIF orientation has been applied. */
export type DecodedImage = { mediaType: MediaType; pixels: Pixels };

export type DecodeImage = (
  bytes: Uint8Array,
  limits: ReadLimits,
) => Promise<Result<DecodedImage, Failure<DecodeReason>>>;

export const createImageDecoder = (modules: CodecModules): DecodeImage => toImageDecoder(createImageReader(modules));

export function toImageDecoder(readImage: ReadImage): DecodeImage {
  return async (bytes, limits) => {
    let stored: { pixels: Pixels; orientation: Parameters<typeof orient>[1] } | undefined;
    const read = await readImage(bytes, limits, ({ width, height, channels, maxValue, orientation, extent }) => {
      const samples = width * height * channels;
      const data = maxValue === 255 ? new Uint8Array(samples) : new Uint16Array(samples);
      stored = { pixels: { width, height, channels, data, maxValue, ...(extent && { extent }) }, orientation };
      let taken = 0;
      return (rows) => {
        data.set(rows, taken);
        taken += rows.length;
      };
    });
    if (!read.ok) return read;
    if (!stored) return fail("corrupt", "the image has no pixels");
    return ok({ mediaType: read.value.mediaType, pixels: orient(stored.pixels, stored.orientation) });
  };
}
