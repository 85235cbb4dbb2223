// Batch normalization in training on WASM is held to tfjs-layers' own on the CPU backend.
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { expectNoLeak, expectSameOnCpu, random, SEED } from "../compare-backends.ts";
import type { Shape } from "../convolution/convolution-rows.ts";

type Row = [name: string, x: Shape, offset: number, spread: number];

const rows: Row[] = [
  ["eight channels", [4, 5, 6, 8], 0, 1],
  ["channels past a multiple of four", [3, 7, 5, 13], 0, 1],
  ["one channel", [2, 4, 4, 1], 0, 1],
  ["batch of one", [1, 6, 5, 3], 0, 1],
  ["single pixels", [6, 1, 1, 5], 0, 1],
  ["one line", [3, 1, 7, 4], 0, 1],
  ["a mean far from zero", [4, 8, 8, 6], 100, 1],
  ["nearly constant", [4, 5, 5, 4], 1, 1e-3],
  ["one value", [1, 1, 1, 3], 0, 1],
];

function batchNormalization(shape: Shape): Sequential {
  const [, ...inputShape] = shape;
  return sequential({ layers: [layers.batchNormalization({ inputShape, momentum: 0.9, epsilon: 1e-5 })] });
}

/** Output, moving statistics, and the gradients in x, gamma and beta, of a layer in training. */
function train([, shape, offset, spread]: Row): Float32Array[] {
  const network = batchNormalization(shape);
  const values = tf.tidy(() => {
    const channels = shape.slice(3);
    // gamma, beta, moving mean, moving variance
    network.setWeights([random(channels, 1), random(channels, 2), random(channels, 3), tf.abs(random(channels, 4))]);
    const normalize = (images: tf.Tensor) => network.apply(images, { training: true }) as tf.Tensor;
    const x = tf.add(offset, tf.mul(random(shape), spread));
    const loss = (images: tf.Tensor) => tf.sum<tf.Scalar>(tf.mul(normalize(images), random(shape, 5)));
    const output = normalize(x);
    const dx = tf.grad(loss)(x);
    const [gamma, beta] = network.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => loss(x), [gamma, beta]);
    const tensors = [output, dx, grads[gamma.name], grads[beta.name], ...network.getWeights()];
    return tensors.map((tensor) => tensor.dataSync() as Float32Array);
  });
  network.dispose();
  return values;
}

beforeAll(useWasmBackend);

describe(`batch normalization in training on WASM, seed ${SEED}`, () => {
  it.each(rows)("agrees with tfjs-layers on the CPU backend: %s", async (...row) => {
    await expectSameOnCpu(() => train(row));
  });

  it("normalizes by the moving statistics outside training", () => {
    const network = sequential({ layers: [layers.batchNormalization({ inputShape: [2, 2, 1], epsilon: 1 })] });
    const output = tf.tidy(() => (network.predict(tf.mul(3, tf.ones([1, 2, 2, 1]))) as tf.Tensor).dataSync());
    for (const value of output) expect(value).toBeCloseTo(3 / Math.SQRT2, 5);
    network.dispose();
  });

  it("leaves no tensor and no WASM memory behind", () => {
    expectNoLeak(() => rows.forEach(train));
  });
});
