// What is written as PNG is read back by an encoder's opposite that is not ours, and by the decoder that is.

import { decode } from "fast-png";
import { beforeAll, describe, expect, test } from "vitest";
import { createImageDecoder, type DecodeImage } from "../../../src/image/decode-image.ts";
import { encodePng } from "../../../src/image/png/encode-png.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";

let decodeImage: DecodeImage;
beforeAll(async () => {
  decodeImage = createImageDecoder(await loadCodecModules());
});

const samples = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 89) % 256);

describe("a picture comes back sample by sample", () => {
  test.each([
    [1, 1],
    [1, 7],
    [7, 1],
    [16, 9],
    [512, 512],
  ])("%i x %i", async (width, height) => {
    const picture = { width, height, data: samples(width * height * 3) };
    const file = await encodePng(picture, {});
    expect(decode(file, { checkCrc: true })).toMatchObject({
      width,
      height,
      channels: 3,
      depth: 8,
      data: picture.data,
    });
    const limits = { ...exampleManifest.input, maxPixels: 512 * 512 };
    expect(await decodeImage(file, limits)).toMatchObject({
      ok: true,
      value: { mediaType: "image/png", pixels: { width, height, channels: 3, maxValue: 255 } },
    });
  });
});

test("texts go by their keywords", async () => {
  const file = await encodePng({ width: 1, height: 1, data: samples(3) }, { Software: "a", Disclaimer: "b; c." });
  expect(decode(file, { checkCrc: true }).text).toEqual({ Software: "a", Disclaimer: "b; c." });
});

test("a flat picture is small", async () => {
  const file = await encodePng({ width: 512, height: 512, data: new Uint8Array(512 * 512 * 3).fill(7) }, {});
  expect(file.length).toBeLessThan(2000);
});
