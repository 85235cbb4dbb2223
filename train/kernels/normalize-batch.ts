// Batch normalization in training and its gradient (Ioffe and Szegedy 2015, algorithm 1), as one operation: tfjs-core's
// composition of it takes thirty passes over the images, among them a Tile that costs more than every convolution.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { scaleChannels, sumChannels } from "./channel-arithmetic.ts";
import { floats, free, reshaped, runKernel } from "./heap.ts";

/** The normalized images, and the batch's own statistics, each [channels]. */
export type NormalizedBatch<Images> = { output: Images; mean: Float64Array; variance: Float64Array };

/** `x` is [batch, height, width, channels], `gamma` and `beta` [channels]; for the WASM backend. */
export function normalizeBatch(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): NormalizedBatch<tf.Tensor4D> {
  const backend = tf.backend() as BackendWasm;
  const channels = x.shape[3];
  const count = x.size / channels;
  const zeros = new Float64Array(channels);
  const ones = new Float64Array(channels).fill(1);
  const mean = sumChannels(backend, x).map((sum) => sum / count);
  let variance = zeros;

  const operation = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[3] as tf.GradSaveFunc;
    const centred = toTensor(
      scaleChannels(
        backend,
        x,
        ones,
        mean.map((value) => -value),
      ),
    );
    variance = sumOfProducts(backend, centred, centred).map((sum) => sum / count);
    const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
    const gammas = Float64Array.from(floats(backend, gamma));
    const multiplier = inverse.map((value, c) => value * gammas[c]);
    const output = scaleChannels(backend, centred, multiplier, Float64Array.from(floats(backend, beta)));
    save([centred]);
    // With h = centred * inverse: dx = gamma * inverse * (dy - mean(dy) - h * mean(dy * h))
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [deviations] = saved;
      const dyOutput = sumChannels(backend, dy);
      const dyGamma = sumOfProducts(backend, dy, deviations).map((sum, c) => sum * inverse[c]);
      const slope = multiplier.map((value, c) => (-value * inverse[c] * dyGamma[c]) / count);
      const offset = multiplier.map((value, c) => (-value * dyOutput[c]) / count);
      const direct = scaleChannels(backend, dy, multiplier, offset);
      const throughVariance = scaleChannels(backend, deviations, slope, zeros);
      const dx = runKernel(backend, tf.Add, { a: direct, b: throughVariance }, {});
      free(backend, direct, throughVariance);
      return [toTensor(dx), tf.tensor1d(Float32Array.from(dyGamma)), tf.tensor1d(Float32Array.from(dyOutput))];
    };
    return { value: toTensor(output), gradFunc };
  });
  const output = operation(x, gamma, beta) as tf.Tensor4D;
  return { output, mean, variance };
}

function sumOfProducts(backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo): Float64Array {
  const products = runKernel(backend, tf.Multiply, { a, b }, {});
  const sums = sumChannels(backend, reshaped(products, a.shape));
  free(backend, products);
  return sums;
}

/** Gives the memory to the engine, and so to the enclosing tf.tidy. */
function toTensor(info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}
