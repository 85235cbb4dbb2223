// Images that are dark but for one spot, and models whose score is how bright the input is: where the map must be largest
// is known.

import { ok } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { Samples } from "../../src/image/pixels.ts";
import type { ReadImage } from "../../src/image/read-image.ts";
import type { Model, Output, RunOptions } from "../../src/model/model.ts";
import { exampleManifest } from "../bundle/example-manifest.ts";

export type Spot = { x: number; y: number; side: number };

export function spotted(width: number, height: number, { x, y, side }: Spot): Samples {
  const data = new Uint8Array(width * height).fill(20);
  for (let row = y; row < y + side; row++) data.fill(220, row * width + x, row * width + x + side);
  return { width, height, channels: 1, data, maxValue: 255 };
}

/** Reads whatever is posted as this image. */
export const readsAs =
  (pixels: Samples): ReadImage =>
  async (_bytes, _limits, openRows) => {
    openRows({ ...pixels, orientation: 1 })(pixels.data);
    return ok({ mediaType: "image/png", width: pixels.width, height: pixels.height });
  };

/** An input of 8 x 8. The second label's logit is the mean sample; its feature map, on request, is the input itself. */
export function brightnessModel(
  method: "class_activation" | "occlusion",
  input: Partial<InputSpec> = {},
): { model: Model; passes: { images: number; options: RunOptions | undefined }[] } {
  const passes: { images: number; options: RunOptions | undefined }[] = [];
  const run = (inputNhwc: Float32Array, options?: RunOptions): Output[] => {
    const images = inputNhwc.length / 64;
    passes.push({ images, options });
    return Array.from({ length: images }, (_, i) => {
      const data = inputNhwc.subarray(64 * i, 64 * (i + 1));
      return {
        logits: Float32Array.of(0, data.reduce((sum, sample) => sum + sample, 0) / 64),
        ...(options?.featureMap && { featureMap: { height: 8, width: 8, channels: 1, data } }),
      };
    });
  };
  const spec: InputSpec = { ...exampleManifest.input, width: 8, height: 8, maxPixels: 4_000_000, ...input };
  const model: Model = {
    manifest: {
      ...exampleManifest,
      input: spec,
      calibration: { method: "none" },
      decision: { ...exampleManifest.decision, abstention: {} },
    },
    digest: "0".repeat(64),
    run,
    dispose: () => undefined,
    ...(method === "class_activation" && {
      classActivation: { kernel: Float32Array.of(0, 1), bias: Float32Array.of(0, 0) },
    }),
  };
  return { model, passes };
}
