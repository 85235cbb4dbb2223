// The decoders, through the product's own door. Whatever the bytes, the outcome is a picture of its declared size or a
// known reason, little work and memory is spent on it, and the next picture is decoded as if nothing had happened.

import {
  createImageDecoder,
  type DecodedImage,
  type DecodeImage,
  type DecodeReason,
} from "../../../src/image/decode-image.ts";
import { heldPixels } from "../../../src/image/held-pixels.ts";
import type { Reduction } from "../../../src/image/image-rows.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { colourJpeg, palettePng } from "../../image/fixtures.ts";
import { losslessWebp } from "../../image/webp/webp-fixtures.ts";
import { hostileFile, hostileImage } from "../hostile/hostile-images.ts";
import { readImageFiles, type ImageFiles } from "../hostile/image-files.ts";
import { instancesMade } from "../run/watch-instances.ts";
import { expectSo, type Target } from "./target.ts";

const MAX_PIXELS = 256 * 1024;

const REASONS: ReadonlySet<string> = new Set<DecodeReason>([
  "empty",
  "unknown_type",
  "truncated",
  "corrupt",
  "unsupported",
  "too_many_pixels",
]);

/** A file's own length decides how it is read, so that what is recorded is read the same again. */
const REDUCTIONS: readonly Reduction[] = [1, 2, 4, 8];

/** One for the hostile file, and one for the good one after it. */
const MAX_INSTANCES = 2;

const GOOD = { png: palettePng, jpeg: colourJpeg, webp: losslessWebp };

export const DECODER_TARGETS: Target[] = [
  decoderTarget("png", 16),
  decoderTarget("jpeg", 16),
  decoderTarget("webp", 12),
  decoderTarget("any-file", 6),
];

/** One decoder for all of them. */
let opening: Promise<[ImageFiles, DecodeImage]> | undefined;

function decoderTarget(name: keyof ImageFiles | "any-file", share: number): Target {
  return {
    name,
    share,
    open: async () => {
      opening ??= Promise.all([readImageFiles(), loadCodecModules().then(createImageDecoder)]);
      const [files, decode] = await opening;
      const good = name === "any-file" ? GOOD.png : GOOD[name];
      const expected = digestOf(await decode(good, { maxPixels: MAX_PIXELS }));
      return (chance) => {
        const input = name === "any-file" ? hostileFile(files, chance) : hostileImage(files, name, chance);
        return {
          input,
          async put() {
            const before = instancesMade();
            const held = heldPixels(input);
            const [reduction, colour] = [REDUCTIONS[input.length & 3], input.length & 4 ? "grey" : "rgb"] as const;
            const decoded = await decode(input, { maxPixels: MAX_PIXELS, reduce: () => reduction, colour });
            const after = digestOf(await decode(good, { maxPixels: MAX_PIXELS }));
            expectSo(after === expected, "the next picture is decoded to something else");
            expectSo(instancesMade() - before <= MAX_INSTANCES, "more instances of a codec than two were made");
            if (!decoded.ok) {
              expectSo(REASONS.has(decoded.error.reason), `an unknown reason: ${decoded.error.reason}`);
              return decoded.error.reason;
            }
            expectSound(decoded.value);
            expectSo(held <= MAX_PIXELS, "a picture was decoded that is said to hold too many pixels");
            return "decoded";
          },
        };
      };
    },
  };
}

function expectSound({ pixels: { width, height, channels, data } }: DecodedImage): void {
  expectSo(width > 0 && height > 0 && width * height <= MAX_PIXELS, "the picture has an impossible size");
  expectSo(data.length === width * height * channels, "the picture does not have its samples");
}

const digestOf = (decoded: Awaited<ReturnType<DecodeImage>>): string =>
  decoded.ok ? decoded.value.pixels.data.join() : decoded.error.reason;
