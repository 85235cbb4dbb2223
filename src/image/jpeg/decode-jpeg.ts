// JPEG bytes to rows: grey stays one channel, all else becomes RGB, at the size that is wanted or a little more. Samples are
// to the bit those of libjpeg at that scale, with its accurate integer transform; a picture that it would guess at is refused.

import { fail, ok, type Result } from "../../base/result.ts";
import { checkSize } from "../check-size.ts";
import type { DecodeFailure } from "../decode-failure.ts";
import { readExifOrientation } from "../orientation/exif-orientation.ts";
import { swapsAxes } from "../orientation/orient.ts";
import type { OpenRows, ReadLimits, Size } from "../image-rows.ts";
import { createWarmCodec } from "../codec/warm-codec.ts";
import { decodeCmykJpeg } from "./inks/decode-cmyk-jpeg.ts";
import { decodeScans } from "./decode-scans.ts";
import { createJpegCodec, type JpegCodec } from "./jpeg-codec.ts";
import { readJpegHeader, type JpegHeader } from "./segments/jpeg-header.ts";
import { readPrelude, type Prelude } from "./segments/prelude.ts";

/**
 * What one file may take of WebAssembly memory. A sequential photo takes less than 1 MB whatever its size; a progressive
 * one keeps coefficients until its last scan, which at 12 megapixels and a half of the size, as far as models go, is 31 MB.
 */
const MAX_BYTES = 40 * 1024 * 1024;

/** What is more than a photo at an eighth of its size, which is the usual, is let go. */
const KEEP_BYTES = 8 * 1024 * 1024;

/** Known weakness: JPEG has no checksum, so damage that happens to decode without a complaint goes unnoticed. */
export function createJpegDecoder(module: WebAssembly.Module) {
  const useCodec = createWarmCodec(() => createJpegCodec(module), KEEP_BYTES);

  /** Gives the size that the picture has upright and whole. */
  return (bytes: Uint8Array, limits: ReadLimits, openRows: OpenRows): Result<Size, DecodeFailure> => {
    const header = readJpegHeader(bytes);
    if (!header.ok) return header;
    const size = checkSize(header.value, limits.maxPixels);
    if (!size.ok) return size;
    if (header.value.components.length === 4) return decodeCmykJpeg(bytes, header.value, openRows);
    const prelude = readPrelude(bytes, header.value);
    if (!prelude.ok) return prelude;
    return useCodec((codec) => decode(bytes, codec, header.value, prelude.value, limits, openRows));
  };
}

function decode(
  bytes: Uint8Array,
  codec: JpegCodec,
  header: JpegHeader,
  { tables, firstScan, exif, isYcc, isInterleaved }: Prelude,
  { colour, reduce }: ReadLimits,
  openRows: OpenRows,
): Result<Size, DecodeFailure> {
  const orientation = exif ? readExifOrientation(exif) : 1;
  const { width, height } = header;
  const upright = swapsAxes(orientation) ? { width: height, height: width } : { width, height };
  const reduction = reduce?.(upright) ?? 1;
  const count = header.components.length;
  const channels = count === 1 || (colour === "grey" && isYcc) ? 1 : 3;
  const isStored = header.progressive || !isInterleaved;
  const wanted = header.components.map((_, i) => i < channels);
  for (const [i, { across, down }] of header.components.entries()) {
    // The sampling factors of a single component say nothing (ITU T.81, A.2.2).
    codec.setComponent(i, count === 1 ? 1 : across, count === 1 ? 1 : down, wanted[i]);
  }
  const memoryBytes = codec.layOut(width, height, count, 8 / reduction, isStored, channels);
  if (memoryBytes === 0) return fail("unsupported", "the JPEG's sampling factors are not multiples of each other");
  if (memoryBytes > MAX_BYTES || !codec.allocate(memoryBytes, isYcc)) {
    return fail("too_many_pixels", "the JPEG takes more memory than one image may");
  }
  const out = { width: Number(codec.outWidth.value), height: Number(codec.outHeight.value) };
  const extent = { x: 0, y: 0, width: width / reduction, height: height / reduction };
  const isCut = extent.width < out.width || extent.height < out.height;
  const takeRows = openRows({
    ...out,
    channels,
    maxValue: 255,
    orientation,
    ...(isCut && { extent }),
    ...(channels < count && { lacksColour: true }),
  });
  const frame = { header, tables, firstScan, wanted, isStored, outWidth: out.width, channels };
  const decoded = decodeScans(bytes, codec, frame, takeRows);
  return decoded.ok ? ok(upright) : decoded;
}
