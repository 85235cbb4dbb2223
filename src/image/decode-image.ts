// The door of the room: untrusted bytes to upright pixels. Every outcome is a value or a known reason, no detail quotes
// the input, nothing is printed, and no image changes how the next one is decoded.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { DecodeReason } from "./decode-failure.ts";
import { createJpegDecoder } from "./jpeg/decode-jpeg.ts";
import { orient } from "./orient.ts";
import type { Pixels } from "./pixels.ts";
import { createPngDecoder } from "./png/decode-png.ts";
import { sniffMediaType, type MediaType } from "./sniff-media-type.ts";
import { createWebpDecoder } from "./webp/decode-webp.ts";

export type { DecodeReason, MediaType };

/** The pixels are upright: an EXIF orientation has been applied. */
export type DecodedImage = { mediaType: MediaType; pixels: Pixels };

/** `maxPixels` bounds width x height as the header declares them, before anything is inflated or allocated. */
export type DecodeImage = (
  bytes: Uint8Array,
  limits: { maxPixels: number },
) => Promise<Result<DecodedImage, Failure<DecodeReason>>>;

/** `@jsquash/png`'s `squoosh_png_bg.wasm`, `@jsquash/jpeg`'s `mozjpeg_dec.wasm`, `@jsquash/webp`'s `webp_dec.wasm`, compiled. */
export type CodecModules = { png: WebAssembly.Module; jpeg: WebAssembly.Module; webp: WebAssembly.Module };

/**
 * Makes a decoder of PNG, JPEG and WebP. Samples come as the file has them: colour management (ICC profiles, gAMA, cHRM,
 * sRGB) is ignored on purpose, so that training and the edge see the numbers that were stored.
 */
export function createImageDecoder(modules: CodecModules): DecodeImage {
  const decodePng = createPngDecoder(modules.png);
  const decodeJpeg = createJpegDecoder(modules.jpeg);
  const decodeWebp = createWebpDecoder(modules.webp);

  return async (bytes, { maxPixels }) => {
    if (bytes.length === 0) return fail("empty", "the image has no bytes");
    const mediaType = sniffMediaType(bytes);
    if (!mediaType) return fail("unknown_type", "the image is neither PNG, JPEG nor WebP");
    const decode = { "image/png": decodePng, "image/jpeg": decodeJpeg, "image/webp": decodeWebp }[mediaType];
    const decoded = decode(bytes, maxPixels);
    if (!decoded.ok) return decoded;
    return ok({ mediaType, pixels: orient(decoded.value.pixels, decoded.value.orientation) });
  };
}
