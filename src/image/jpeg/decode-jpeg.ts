// JPEG bytes to pixels: grey stays one channel, all else becomes RGB. A picture that libjpeg had to guess at is refused.

import { fail, ok, type Result } from "../../base/result.ts";
import { checkSize } from "../check-size.ts";
import type { DecodeFailure } from "../decode-failure.ts";
import { readExifOrientation, type Orientation } from "../exif-orientation.ts";
import type { ChannelCount, Pixels } from "../pixels.ts";
import { takeChannels } from "../take-channels.ts";
import { createWarmCodec } from "../warm-codec.ts";
import { decodeCmykJpeg } from "./decode-cmyk-jpeg.ts";
import { createJpegCodec } from "./jpeg-codec.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { judgeMessages } from "./judge-messages.ts";
import { stripJpeg } from "./strip-jpeg.ts";

/** The codec starts with 16.1 MB, enough for some 2 megapixels of a baseline file; more than a little above is let go. */
const KEEP_BYTES = 20 * 1024 * 1024;

/** Known weakness: JPEG has no checksum, so damage that happens to decode without a complaint goes unnoticed. */
export function createJpegDecoder(module: WebAssembly.Module) {
  const useCodec = createWarmCodec(() => createJpegCodec(module), KEEP_BYTES);

  return (
    bytes: Uint8Array,
    maxPixels: number,
  ): Result<{ pixels: Pixels; orientation: Orientation }, DecodeFailure> => {
    const header = readJpegHeader(bytes);
    if (!header.ok) return header;
    const size = checkSize(header.value, maxPixels);
    if (!size.ok) return size;
    const stripped = stripJpeg(bytes, header.value);
    if (!stripped.ok) return stripped;

    const { file, exif, hasAdobe } = stripped.value;
    const { width, height, componentIds } = header.value;
    const channels: ChannelCount = componentIds.length === 1 ? 1 : 3;
    const data =
      componentIds.length === 4
        ? decodeCmykJpeg(file, header.value, hasAdobe)
        : useCodec(({ decode }): Result<Uint8Array | Uint16Array, DecodeFailure> => {
            const { picture, messages } = decode(file);
            const failure = judgeMessages(messages, file);
            if (failure) return { ok: false, error: failure };
            if (picture?.width !== width || picture.height !== height) {
              return fail("corrupt", "the JPEG's image data cannot be decoded");
            }
            return ok(takeChannels(picture.rgba, channels));
          });
    if (!data.ok) return data;
    const orientation = exif ? readExifOrientation(exif) : 1;
    return ok({ pixels: { width, height, channels, data: data.value, maxValue: 255 }, orientation });
  };
}
