// The residual network has the shape it should, trains on WASM, and compiles to what it computes.
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { resNet, type ResNetOptions } from "../../../train/architectures/resnet.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { randomizeWeights } from "../compile/random-weights.ts";
import { compileOrFail, expectSameAnswers, opsOf } from "../compile/run-both.ts";
import { expectNoLeak } from "../kernels/compare-backends.ts";
import { SEED, trainSteps } from "./train-steps.ts";

const small = { inputSize: 28, channels: 1, classes: 9, widths: [16, 32, 64], blocksPerStage: 2, seed: SEED };
const tiny = { inputSize: 11, channels: 3, classes: 4, widths: [8, 12], blocksPerStage: 1, seed: SEED };

const valuesOf = (network: LayersModel) => network.getWeights().map((weight) => [...weight.dataSync()]);
const movingStatistics = (network: LayersModel) =>
  network.weights.filter(({ originalName }) => originalName.includes("moving")).map((weight) => weight.read());

beforeAll(useWasmBackend);

describe("the residual network", () => {
  const rows: [name: string, options: ResNetOptions, pooledFrom: number[]][] = [
    ["28 pixels", small, [7, 7, 64]],
    ["64 pixels, half of them after the stem", { ...small, inputSize: 64, stemStride: 2 }, [8, 8, 64]],
    ["224 pixels, a quarter after the stem", { ...small, inputSize: 224, channels: 3, stemStride: 4 }, [14, 14, 64]],
    ["an odd size", { ...tiny, stemStride: 2 }, [3, 3, 12]],
  ];
  it.each(rows)("halves the images stage by stage: %s", (_name, options, pooledFrom) => {
    const network = resNet(options);
    expect(network.getLayer("pool").input).toMatchObject({ shape: [null, ...pooledFrom] });
    expect(network.outputs[0].shape).toEqual([null, options.classes]);
    network.dispose();
  });

  it("stays under a megabyte of weights", () => {
    const network = resNet(small);
    expect(network.countParams()).toBe(176_025);
    network.dispose();
  });

  it("answers in logits: any number, and not a distribution", () => {
    const network = randomizeWeights(resNet(tiny));
    const logits = tf.tidy(() => [...(network.predict(tf.ones([1, 11, 11, 3])) as tf.Tensor).dataSync()]);
    expect(Math.abs(logits.reduce((sum, value) => sum + value, 0) - 1)).toBeGreaterThan(0.1);
    network.dispose();
  });

  it("has weights that the seed decides", () => {
    const [first, again, other] = [SEED, SEED, SEED + 1].map((seed) => resNet({ ...tiny, seed }));
    expect(valuesOf(again)).toEqual(valuesOf(first));
    expect(valuesOf(other)).not.toEqual(valuesOf(first));
    for (const network of [first, again, other]) network.dispose();
  });

  it("compiles to one node a convolution, and the same answers", () => {
    const network = randomizeWeights(resNet(tiny));
    const graph = compileOrFail(network);
    // Stem, two blocks of two convolutions, one projection.
    expect(opsOf(graph).filter((op) => op === "_FusedConv2D")).toHaveLength(6);
    expect(opsOf(graph)).not.toContain("Mul");
    expectSameAnswers(network, graph);
    network.dispose();
  });
});

describe(`training the residual network on WASM, seed ${SEED}`, () => {
  it("learns 32 images by heart", () => {
    const network = resNet(tiny);
    const losses = trainSteps(network, 32, 80);
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(0.05);
    network.dispose();
  });

  it("takes the same steps for the same seed", () => {
    const run = () => {
      const network = resNet(tiny);
      const losses = trainSteps(network, 8, 3);
      network.dispose();
      return losses;
    };
    expect(run()).toEqual(run());
  });

  it("moves the statistics that inference normalizes by, in training and only then", () => {
    const network = resNet(tiny);
    const before = movingStatistics(network).map((tensor) => [...tensor.dataSync()]);
    tf.tidy(() => network.apply(tf.ones([2, 11, 11, 3]), { training: false }) as tf.Tensor);
    expect(movingStatistics(network).map((tensor) => [...tensor.dataSync()])).toEqual(before);
    trainSteps(network, 8, 1);
    for (const [i, tensor] of movingStatistics(network).entries()) {
      expect([...tensor.dataSync()]).not.toEqual(before[i]);
    }
    network.dispose();
  });

  it("leaves no tensor and no WASM memory behind", () => {
    const network = resNet(tiny);
    expectNoLeak(() => trainSteps(network, 8, 1));
    network.dispose();
  });
});
