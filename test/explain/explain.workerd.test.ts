// In workerd a map is what it is in Node, and its overlay is a PNG.

import interlacedPng from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import webpModule from "@jsquash/webp/codec/dec/webp_dec.wasm";
import { describe, expect, test } from "vitest";
import { explain } from "../../src/explain/explain.ts";
import { toImageDecoder } from "../../src/image/decode-image.ts";
import { createImageReader } from "../../src/image/read-image.ts";
import { encodePng } from "../../src/image/png/encode-png.ts";
import { brightnessModel, spotted } from "./bright-spot.ts";
import jpegModule from "../../src/image/jpeg/jpeg.wasm";
import pngModule from "../../src/image/png/png.wasm";

const readImage = createImageReader({ png: pngModule, interlacedPng, jpeg: jpegModule, webp: webpModule });

describe("in workerd", () => {
  test.each(["class_activation", "occlusion"] as const)(
    "a posted PNG comes back under its map (%s)",
    async (method) => {
      const { data } = spotted(16, 16, { x: 0, y: 8, side: 8 });
      const posted = await encodePng(
        { width: 16, height: 16, data: Uint8Array.from({ length: 768 }, (_, i) => data[Math.floor(i / 3)]) },
        {},
      );
      const { model } = brightnessModel(method, { maxBytes: 4096 });
      const explained = await explain(posted, model, readImage, { label: 1 });
      if (!explained.ok) throw new Error(explained.error.detail);
      const { map, overlay } = explained.value.explanation;
      // The spot is the lower left quarter.
      const inSpot = Array.from({ length: 64 }, (_, i) => i >= 32 && i % 8 < 4);
      const largest = Math.max(...map.values);
      expect(Array.from(map.values, (value) => value > largest / 2)).toEqual(inSpot);
      const read = await toImageDecoder(readImage)(await encodePng(overlay, { Software: "a test" }), {
        maxPixels: 256,
      });
      expect(read).toEqual({
        ok: true,
        value: {
          mediaType: "image/png",
          pixels: { width: 16, height: 16, channels: 3, data: overlay.data, maxValue: 255 },
        },
      });
    },
  );
});
