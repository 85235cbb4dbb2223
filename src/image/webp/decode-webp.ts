// WebP bytes to pixels: three channels, or four when the file has alpha. The structure is checked here, and the codec sees
// a rebuilt file with nothing in it but the picture.

import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { checkSize } from "../check-size.ts";
import type { DecodeFailure } from "../decode-failure.ts";
import { readExifOrientation } from "../orientation/exif-orientation.ts";
import type { OpenRows, ReadLimits, Size } from "../image-rows.ts";
import { swapsAxes } from "../orientation/orient.ts";
import type { ChannelCount } from "../pixels.ts";
import { takeChannels } from "../codec/take-channels.ts";
import { createWarmCodec } from "../codec/warm-codec.ts";
import { BITSTREAM_HEADER_BYTES, readBitstreamHeader } from "./bitstream-header.ts";
import { checkPrefixCodes } from "./lossless/check-prefix-codes.ts";
import { readWebpChunks, type WebpChunks } from "./webp-chunks.ts";
import { createWebpCodec } from "./webp-codec.ts";
import { readWebpHeader } from "./webp-header.ts";

/**
 * The codec starts with 16.8 MB and takes about 5 bytes a pixel, 9 where the picture is lossless, 11 with alpha: pictures
 * up to some 2 megapixels leave it warm.
 */
const KEEP_BYTES = 20 * 1024 * 1024;

/** ALPH's first byte (RFC 9649, section 2.7.1.2): the compression in the two lowest bits; 1 is the lossless format. */
const ALPHA_COMPRESSION_BITS = 3;
const LOSSLESS_ALPHA = 1;

/**
 * Pixels decoded whole, with the codec's memory and its copy of the picture: 9 bytes each, 13 to 15 where the picture is
 * lossless or has alpha; 75 MB at most of the 128 that an isolate has.
 */
const MAX_PIXELS = { lossy: 8 * 1024 * 1024, other: 4 * 1024 * 1024 };

/** VP8X's flag of a picture with alpha (RFC 9649, section 2.7). */
const ALPHA_FLAG = 0x10;

/** Known weakness: WebP has no checksum, so damage that happens to decode goes unnoticed. */
export function createWebpDecoder(module: WebAssembly.Module) {
  const useCodec = createWarmCodec(() => createWebpCodec(module), KEEP_BYTES);

  return (bytes: Uint8Array, { maxPixels }: ReadLimits, openRows: OpenRows): Result<Size, DecodeFailure> => {
    const header = readWebpHeader(bytes);
    if (!header.ok) return header;
    const size = checkSize(header.value, maxPixels);
    if (!size.ok) return size;
    const chunks = readWebpChunks(bytes, header.value);
    if (!chunks.ok) return chunks;
    const { type, picture, alpha, exif } = chunks.value;
    const bitstream = readBitstreamHeader(type, picture);
    if (!bitstream.ok) return bitstream;
    const bounded = checkSize(header.value, type === "VP8 " && !alpha ? MAX_PIXELS.lossy : MAX_PIXELS.other);
    if (!bounded.ok) return bounded;
    const { width, height } = header.value;
    if (bitstream.value.width !== width || bitstream.value.height !== height) {
      return fail("corrupt", "the WebP's picture and its canvas differ in size");
    }
    const codes = checkLosslessParts(chunks.value, header.value);
    if (!codes.ok) return codes;

    const channels: ChannelCount = alpha || bitstream.value.hasAlpha ? 4 : 3;
    const file = toPictureOnly(chunks.value, header.value);
    const data = useCodec(({ decode }) => {
      const decoded = decode(file);
      return decoded?.width === width && decoded.height === height
        ? ok(takeChannels(decoded.rgba, channels))
        : fail("corrupt", "the WebP's image data cannot be decoded");
    });
    if (!data.ok) return data;
    const orientation = exif ? readExifOrientation(exif) : 1;
    openRows({ width, height, channels, maxValue: 255, orientation })(data.value);
    return ok(swapsAxes(orientation) ? { width: height, height: width } : { width, height });
  };
}

function checkLosslessParts(
  { type, picture, alpha }: WebpChunks,
  size: Size,
): Result<void, Failure<"corrupt" | "unsupported">> {
  if (type === "VP8L") return checkPrefixCodes(picture.subarray(BITSTREAM_HEADER_BYTES.VP8L), size);
  if (alpha && (alpha[0] & ALPHA_COMPRESSION_BITS) === LOSSLESS_ALPHA) return checkPrefixCodes(alpha.subarray(1), size);
  return ok(undefined);
}

/** A WebP of the chunks that make the picture: VP8X only where alpha needs it. */
function toPictureOnly({ type, picture, alpha }: WebpChunks, { width, height }: Size): Uint8Array {
  const uint24 = (value: number) => [value & 255, (value >> 8) & 255, value >> 16];
  const vp8x = Uint8Array.of(ALPHA_FLAG, 0, 0, 0, ...uint24(width - 1), ...uint24(height - 1));
  const chunks = concatBytes([
    toUtf8("WEBP"),
    ...(alpha ? [...toChunk("VP8X", vp8x), ...toChunk("ALPH", alpha)] : []),
    ...toChunk(type, picture),
  ]);
  return concatBytes(toChunk("RIFF", chunks));
}

function toChunk(type: string, data: Uint8Array): Uint8Array[] {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.length, true);
  return [toUtf8(type), length, data, new Uint8Array(data.length % 2)];
}
