// The door of the room: untrusted bytes to the rows of an image. Every outcome is a value or a known reason, no detail
// quotes the input, nothing is printed, and no image changes how the next one is read.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { DecodeReason } from "./decode-failure.ts";
import type { OpenRows, ReadLimits, Size } from "./image-rows.ts";
import { createJpegDecoder } from "./jpeg/decode-jpeg.ts";
import { createPngDecoder } from "./png/decode-png.ts";
import { sniffMediaType, type MediaType } from "./sniff-media-type.ts";
import { createWebpDecoder } from "./webp/decode-webp.ts";

export type { DecodeReason, MediaType };

/** The size is that of the image as it was posted, upright. */
export type ImageFileFacts = Size & { mediaType: MediaType };

/**
 * Opens rows once it is known what is coming, and hands them over. Rows of an image that turns out to be damaged may have
 * been handed over before that is known: they count for nothing unless the result is a value.
 */
export type ReadImage = (
  bytes: Uint8Array,
  limits: ReadLimits,
  openRows: OpenRows,
) => Promise<Result<ImageFileFacts, Failure<DecodeReason>>>;

/** `png/png.wasm` and `jpeg/jpeg.wasm` here, `@jsquash/png`'s `squoosh_png_bg.wasm`, and `@jsquash/webp`'s `webp_dec.wasm`. */
export type CodecModules = Record<"png" | "interlacedPng" | "jpeg" | "webp", WebAssembly.Module>;

/**
 * Makes a reader of PNG, JPEG and WebP. Samples come as the file has them: colour management (ICC profiles, gAMA, cHRM,
 * sRGB) is ignored on purpose, so that training and the edge see the numbers that were stored.
 */
export function createImageReader(modules: CodecModules): ReadImage {
  const readers = {
    "image/png": createPngDecoder(modules.png, modules.interlacedPng),
    "image/jpeg": createJpegDecoder(modules.jpeg),
    "image/webp": createWebpDecoder(modules.webp),
  };
  return async (bytes, limits, openRows) => {
    if (bytes.length === 0) return fail("empty", "the image has no bytes");
    const mediaType = sniffMediaType(bytes);
    if (!mediaType) return fail("unknown_type", "the image is neither PNG, JPEG nor WebP");
    const read = readers[mediaType](bytes, limits, openRows);
    return read.ok ? ok({ mediaType, ...read.value }) : read;
  };
}
