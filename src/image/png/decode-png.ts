// PNG bytes to rows with the file's own channels and depth. The structure is checked here. What is interlaced, and can only
// be decoded whole, goes to a codec that sees a rebuilt file with nothing in it but the picture.

import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { checkSize } from "../check-size.ts";
import type { DecodeFailure } from "../decode-failure.ts";
import { readExifOrientation } from "../orientation/exif-orientation.ts";
import type { OpenRows, ReadLimits, Size } from "../image-rows.ts";
import { swapsAxes } from "../orientation/orient.ts";
import type { ChannelCount } from "../pixels.ts";
import { createWarmCodec } from "../codec/warm-codec.ts";
import { decodeRows } from "./rows/decode-rows.ts";
import { inflatesWithinLimit } from "./interlaced/inflate-limit.ts";
import { readPngChunks, type PngChunks } from "./png-chunks.ts";
import { createPngCodec } from "./interlaced/png-codec.ts";
import { createRowsCodec } from "./rows/rows-codec.ts";
import { createToSamples, packedSize } from "./rows/to-samples.ts";
import { readPngHeader, type PngColour } from "./png-header.ts";

/** The codec starts with 1.1 MB and takes about 9 bytes a pixel: pictures up to some 0.8 megapixels leave it warm. */
const KEEP_BYTES = 8 * 1024 * 1024;

/** Interlaced pixels, decoded whole: 13 bytes each with the copy of the picture, and twice as many where samples have 16 bits. */
const MAX_INTERLACED_PIXELS = 4 * 1024 * 1024;

/** What rows may take of WebAssembly memory: two of 400,000 pixels with the most that a pixel has. */
const MAX_ROWS_BYTES = 8 * 1024 * 1024;

const CHANNELS: Record<PngColour, { opaque: ChannelCount; transparent: ChannelCount }> = {
  grey: { opaque: 1, transparent: 2 },
  rgb: { opaque: 3, transparent: 4 },
  palette: { opaque: 3, transparent: 4 },
  grey_alpha: { opaque: 2, transparent: 2 },
  rgb_alpha: { opaque: 4, transparent: 4 },
};

/**
 * Known weaknesses: the zlib stream's own checksum is not compared (the chunks' are), and an
 * index beyond the palette, an error by PNG third edition, section 11.2.2, becomes opaque black, as it does in libpng.
 */
export function createPngDecoder(rowsModule: WebAssembly.Module, interlacedModule: WebAssembly.Module) {
  const useRowsCodec = createWarmCodec(() => createRowsCodec(rowsModule), KEEP_BYTES);
  const useCodec = createWarmCodec(() => createPngCodec(interlacedModule), KEEP_BYTES);

  return (bytes: Uint8Array, { maxPixels }: ReadLimits, openRows: OpenRows): Result<Size, DecodeFailure> => {
    const header = readPngHeader(bytes);
    if (!header.ok) return header;
    const { width, height, bitDepth, colour, interlaced } = header.value;
    const size = checkSize(header.value, interlaced ? Math.min(maxPixels, MAX_INTERLACED_PIXELS) : maxPixels);
    if (!size.ok) return size;
    const chunks = readPngChunks(bytes, header.value.colour);
    if (!chunks.ok) return chunks;
    const channels = CHANNELS[colour][chunks.value.transparency ? "transparent" : "opaque"];
    const maxValue = bitDepth === 16 ? 65535 : 255;
    const orientation = chunks.value.exif ? readExifOrientation(chunks.value.exif) : 1;
    const rows = { width, height, channels, maxValue, orientation } as const;
    const upright = swapsAxes(orientation) ? { width: height, height: width } : { width, height };
    if (!interlaced) {
      const read = useRowsCodec((codec) => {
        const packed = packedSize(header.value);
        if (codec.need(packed.rowBytes) > MAX_ROWS_BYTES) {
          return fail("too_many_pixels", "the PNG's rows have more pixels than are accepted");
        }
        const toSamples = createToSamples(header.value, chunks.value, channels);
        const takeRows = openRows(rows);
        return decodeRows(chunks.value.idat, codec, { ...packed, height }, (packedRows) =>
          takeRows(toSamples(packedRows)),
        );
      });
      return read.ok ? ok(upright) : read;
    }

    if (!inflatesWithinLimit(chunks.value.idat, header.value)) return badImageData;
    const file = toPictureOnly(chunks.value);
    const decoded = useCodec((codec) => {
      try {
        const samples = codec.decode(file, channels, bitDepth === 16);
        return samples.width === width && samples.height === height ? ok(samples.data) : badImageData;
      } catch {
        return badImageData;
      }
    });
    if (!decoded.ok) return decoded;
    openRows(rows)(decoded.value);
    return ok(upright);
  };
}

const badImageData = fail("corrupt", "the PNG's image data cannot be decoded");

/**
 * A PNG of the chunks that make the picture. All image data goes into one IDAT: the codec recurses once for each piece
 * that inflates to nothing, and runs out of stack on a file with enough of them.
 */
function toPictureOnly({ ihdr, palette, transparency, idat }: PngChunks): Uint8Array {
  return concatBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    ...toChunk("IHDR", ihdr),
    ...(palette ? toChunk("PLTE", palette) : []),
    ...(transparency ? toChunk("tRNS", transparency) : []),
    ...toChunk("IDAT", idat),
    ...toChunk("IEND", new Uint8Array(0)),
  ]);
}

/** The CRC is left zero: the codec is built to ignore it, and the walk has compared the one in the file. */
function toChunk(type: string, data: Uint8Array): Uint8Array[] {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.length);
  return [length, toUtf8(type), data, new Uint8Array(4)];
}
