// MobileNetV2 on small images: its strides, its size, and that it trains on WASM.
import { beforeAll, describe, expect, it } from "vitest";
import { mobileNetV2 } from "../../../train/architectures/mobilenet-v2.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { expectNoLeak } from "../kernels/compare-backends.ts";
import { SEED, trainSteps } from "./train-steps.ts";

const narrow = { width: 0.25, channels: 1, classes: 4, headChannels: 256, seed: SEED };

beforeAll(useWasmBackend);

describe("MobileNetV2 on small images", () => {
  it.each([
    [28, 4, 7],
    [28, 8, 4],
    [64, 16, 4],
    [96, 32, 3],
  ] as const)("%i pixels at output stride %i end as %i", (inputSize, outputStride, size) => {
    const network = mobileNetV2({ ...narrow, inputSize, outputStride });
    expect(network.getLayer("head").output).toMatchObject({ shape: [null, size, size, 256] });
    network.dispose();
  });

  it("stays under a megabyte of weights", () => {
    const network = mobileNetV2({ ...narrow, inputSize: 28, outputStride: 8 });
    expect(network.countParams()).toBeLessThan(240_000);
    network.dispose();
  });

  it(`learns 16 images by heart on WASM, seed ${SEED}`, () => {
    const network = mobileNetV2({ ...narrow, inputSize: 16, outputStride: 4 });
    const losses = trainSteps(network, 16, 25);
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(0.1);
    network.dispose();
  });

  it("leaves no tensor and no WASM memory behind", () => {
    const network = mobileNetV2({ ...narrow, inputSize: 9, outputStride: 32 });
    expectNoLeak(() => trainSteps(network, 4, 1));
    network.dispose();
  });
});
