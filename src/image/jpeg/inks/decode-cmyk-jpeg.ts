// JPEGs of four components: CMYK and YCCK, as image editors save them for print. Rare among photographs, so a slow decoder
// in JavaScript is enough, within limits of its own. It has neither arithmetic coding nor 12 bits, which are refused in the
// frame header; known weakness: bytes that a scan leaves over go unnoticed.

import { decode } from "jpeg-js";
import { fail, ok, type Result } from "../../../base/result.ts";
import { checkSize } from "../../check-size.ts";
import type { DecodeFailure } from "../../decode-failure.ts";
import { readExifOrientation } from "../../orientation/exif-orientation.ts";
import type { OpenRows, Size } from "../../image-rows.ts";
import { swapsAxes } from "../../orientation/orient.ts";
import type { JpegHeader } from "../segments/jpeg-header.ts";
import { readPrelude } from "../segments/prelude.ts";
import { stripJpeg } from "./strip-jpeg.ts";

/**
 * jpeg-js keeps an object for each block of 64 coefficients: 64 bytes a pixel in all, 76 in progressive files, measured at
 * 1024 x 1024. At this ceiling that is 40 MB of the 128 that an isolate has.
 */
const MAX_CMYK_PIXELS = 512 * 1024;

/** What jpeg-js itself counts, without those objects; a frame of many blocks and few pixels reaches it first. */
const MAX_MEMORY_MB = 64;

/**
 * RGB rows. Inks are inverted, as in every CMYK JPEG that carries the Adobe marker; without it their meaning is anyone's
 * guess, and the file is refused. The conversion to RGB is the plain (1 - ink)(1 - black).
 */
export function decodeCmykJpeg(bytes: Uint8Array, header: JpegHeader, openRows: OpenRows): Result<Size, DecodeFailure> {
  const size = checkSize(header, MAX_CMYK_PIXELS);
  if (!size.ok) return size;
  const prelude = readPrelude(bytes, header);
  if (!prelude.ok) return prelude;
  const { exif, adobe } = prelude.value;
  if (adobe === undefined) return fail("unsupported", "the JPEG has four components and does not say what they are");
  const file = stripJpeg(bytes, header, adobe);
  if (!file.ok) return file;
  const data = decodeWhole(file.value, header);
  if (!data) return fail("corrupt", "the JPEG's image data is damaged");
  const { width, height } = header;
  const orientation = exif ? readExifOrientation(exif) : 1;
  openRows({ width, height, channels: 3, maxValue: 255, orientation })(data);
  return ok(swapsAxes(orientation) ? { width: height, height: width } : { width, height });
}

function decodeWhole(file: Uint8Array, { width, height }: JpegHeader): Uint8Array | undefined {
  try {
    const image = decode(file, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxMemoryUsageInMB: MAX_MEMORY_MB,
    });
    return image.width === width && image.height === height ? image.data : undefined;
  } catch {
    // jpeg-js throws plain errors whose text may quote the file.
    return undefined;
  }
}
