// The convolution layer's training path on WASM is held to tfjs-layers' own on the CPU backend.
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { geometryOf } from "../../../../train/kernels/convolution/conv2d.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, largestDifference, random, SEED } from "../compare-backends.ts";
import type { Shape } from "./convolution-rows.ts";
import { plainFilterGradient } from "./plain-convolution.ts";

type Config = Partial<Parameters<typeof layers.conv2d>[0]> & { filters: number; kernelSize: number };
type Row = [name: string, x: Shape, config: Config];

const rows: Row[] = [
  ["ReLU and bias", [3, 8, 7, 2], { filters: 5, kernelSize: 3, activation: "relu" }],
  ["ReLU, same padding, no bias", [2, 6, 6, 3], { filters: 8, kernelSize: 3, activation: "relu", padding: "same", useBias: false }],
  ["bias alone, stride 2", [2, 9, 8, 3], { filters: 7, kernelSize: 3, strides: 2 }],
  ["1x1", [2, 5, 5, 6], { filters: 4, kernelSize: 1, activation: "relu" }],
  ["an activation that is not fused", [2, 5, 5, 2], { filters: 3, kernelSize: 2, activation: "sigmoid" }],
]; // prettier-ignore

function build(shape: Shape, config: Config): Sequential {
  const [, ...inputShape] = shape;
  return sequential({ layers: [layers.conv2d({ ...config, inputShape })] });
}

/** The output, and the gradients of x, the filter and the bias, of a layer in training. */
function train([, shape, config]: Row): Float32Array[] {
  const network = build(shape, config);
  const values = tf.tidy(() => {
    network.setWeights(network.getWeights().map((weight, i) => random(weight.shape, i + 1)));
    const apply = (images: tf.Tensor) => network.apply(images, { training: true }) as tf.Tensor;
    const x = random(shape);
    const output = apply(x);
    const loss = (images: tf.Tensor) => tf.sum<tf.Scalar>(tf.mul(apply(images), random(output.shape, 9)));
    const variables = network.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => loss(x), variables);
    const tensors = [output, tf.grad(loss)(x), ...variables.map(({ name }) => grads[name])];
    return tensors.map((tensor) => tensor.dataSync() as Float32Array);
  });
  network.dispose();
  return values;
}

beforeAll(useWasmBackend);

describe(`a convolution layer in training on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with tfjs-layers on the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => train(row));
  });

  it("has gradients where it is dilated, which tfjs-core refuses", () => {
    const shape: Shape = [2, 7, 6, 3];
    const network = build(shape, { filters: 2, kernelSize: 2, dilationRate: 2, useBias: false });
    const [filter] = network.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const geometry = geometryOf(shape, filter.shape, { strides: 1, dilations: 2, pad: "valid", dataFormat: "NHWC" });
    const [gradient, expected] = tf.tidy(() => {
      const [x, dy] = [random(shape), random(geometry.outShape, 1)];
      const loss = () => tf.sum<tf.Scalar>(tf.mul(network.apply(x, { training: true }) as tf.Tensor, dy));
      const values = tf.variableGrads(loss, [filter]).grads[filter.name].dataSync() as Float32Array;
      return [values, plainFilterGradient(geometry, [...x.dataSync()], [...dy.dataSync()])];
    });
    expect(largestDifference(gradient, Float32Array.from(expected))).toBeLessThan(1e-6);
    network.dispose();
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.forEach(train));
  });
});
