// JPEGs of four components, which mozjpeg's build refuses to turn into RGB: CMYK and YCCK, as image editors save them for
// print. Rare among photographs, so a slow decoder in JavaScript is enough, within limits of its own.

import { decode } from "jpeg-js";
import { fail, ok, type Result } from "../../base/result.ts";
import { checkSize } from "../check-size.ts";
import type { DecodeFailure } from "../decode-failure.ts";
import type { JpegHeader } from "./jpeg-header.ts";

/**
 * jpeg-js keeps an object for each block of 64 coefficients: 64 bytes a pixel in all, 76 in progressive files, measured at
 * 1024 x 1024. At this ceiling that is 40 MB of the 128 that an isolate has.
 */
const MAX_CMYK_PIXELS = 512 * 1024;

/** What jpeg-js itself counts, without those objects; a frame of many blocks and few pixels reaches it first. */
const MAX_MEMORY_MB = 64;

/**
 * RGB of a stripped file. Inks are inverted, as in every CMYK JPEG that carries the Adobe marker; without it their meaning
 * is anyone's guess, and the file is refused. The conversion to RGB is the plain (1 - ink)(1 - black).
 */
export function decodeCmykJpeg(
  file: Uint8Array,
  header: JpegHeader,
  hasAdobe: boolean,
): Result<Uint8Array, DecodeFailure> {
  if (!hasAdobe) return fail("unsupported", "the JPEG has four components and does not say what they are");
  const size = checkSize(header, MAX_CMYK_PIXELS);
  if (!size.ok) return size;
  try {
    const image = decode(file, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxMemoryUsageInMB: MAX_MEMORY_MB,
    });
    if (image.width === header.width && image.height === header.height) return ok(image.data);
  } catch {
    // jpeg-js throws plain errors whose text may quote the file.
  }
  return fail("corrupt", "the JPEG's image data is damaged");
}
