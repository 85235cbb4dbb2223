// Batch normalization in training and its gradient (Ioffe and Szegedy 2015, algorithm 1), as one operation: tfjs-core's
// composition of it takes thirty passes over the images, among them a Tile that costs more than every convolution.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { FLOAT_BYTES, workspaceOf, type Workspace } from "../workspace.ts";

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
  const workspace = workspaceOf(backend);
  const channels = x.shape[3];
  const count = x.size / channels;
  const mean = sums(workspace, channels, [], (_, totals) =>
    workspace.kernels.sumChannels(count, channels, workspace.addressOf(x), 0, totals),
  ).map((sum) => sum / count);
  const variance = sums(workspace, channels, [mean], ([means], totals) =>
    workspace.kernels.sumSquares(count, channels, workspace.addressOf(x), means, totals),
  ).map((sum) => sum / count);
  const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));

  const operation = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[3] as tf.GradSaveFunc;
    const gammas = workspace.floats(workspace.addressOf(gamma), channels);
    const multiplier = inverse.map((value, c) => value * gammas[c]);
    const betas = Float64Array.from(workspace.floats(workspace.addressOf(beta), channels));
    const output = backend.makeOutput(x.shape, "float32");
    const [means, multipliers, offsets] = place(workspace, channels, [mean, multiplier, betas]);
    const [from, to] = [x, output].map(workspace.addressOf);
    workspace.kernels.scaleChannels(count, channels, from, means, multipliers, offsets, to);
    save([x]);
    return {
      value: toTensor(output),
      gradFunc: (dy: tf.Tensor, [images]: tf.Tensor[]) =>
        gradients(backend, { dy, x: images, mean, inverse, multiplier }),
    };
  });
  const output = operation(x, gamma, beta) as tf.Tensor4D;
  return { output, mean, variance };
}

type Normalization = {
  dy: tf.Tensor;
  x: tf.Tensor;
  mean: Float64Array;
  inverse: Float64Array;
  multiplier: Float64Array;
};

/** Of x, gamma and beta. With h = (x - mean) * inverse: dx = gamma * inverse * (dy - mean(dy) - h * mean(dy * h)) */
function gradients(backend: BackendWasm, { dy, x, mean, inverse, multiplier }: Normalization): tf.Tensor[] {
  const workspace = workspaceOf(backend);
  const channels = mean.length;
  const count = x.size / channels;
  const both = sums(workspace, 2 * channels, [mean], ([means], totals) => {
    const [dyAt, xAt] = [dy, x].map(workspace.addressOf);
    const products = totals + channels * Float64Array.BYTES_PER_ELEMENT;
    workspace.kernels.sumProducts(count, channels, dyAt, xAt, means, totals, products);
  });
  const dyBeta = both.subarray(0, channels);
  const dyGamma = both.subarray(channels).map((sum, c) => sum * inverse[c]);
  const slope = multiplier.map((value, c) => (-value * inverse[c] * dyGamma[c]) / count);
  const offset = multiplier.map((value, c) => (-value * dyBeta[c]) / count);
  const dx = backend.makeOutput(x.shape, "float32");
  const [means, multipliers, slopes, offsets] = place(workspace, channels, [mean, multiplier, slope, offset]);
  const [dyAt, xAt, dxAt] = [dy, x, dx].map(workspace.addressOf);
  // prettier-ignore
  workspace.kernels.scaleChannelsGradient(count, channels, dyAt, xAt, means, multipliers, slopes, offsets, dxAt);
  return [toTensor(dx), tf.tensor1d(Float32Array.from(dyGamma)), tf.tensor1d(Float32Array.from(dyBeta))];
}

/** Writes one number a channel each, and gives their addresses until the workspace is laid out again. */
function place(workspace: Workspace, channels: number, vectors: Float64Array[], bytesBeside = 0): number[] {
  const addresses = workspace.layOut(...vectors.map(() => channels * FLOAT_BYTES), bytesBeside);
  for (const [i, vector] of vectors.entries()) workspace.floats(addresses[i], channels).set(vector);
  return addresses;
}

/** What `add` makes of `length` zeros. */
function sums(
  workspace: Workspace,
  length: number,
  vectors: Float64Array[],
  add: (addresses: number[], totals: number) => void,
): Float64Array {
  const addresses = place(workspace, vectors[0]?.length ?? 0, vectors, length * Float64Array.BYTES_PER_ELEMENT);
  const totals = addresses.at(-1) ?? 0;
  workspace.doubles(totals, length).fill(0);
  add(addresses, totals);
  return workspace.doubles(totals, length).slice();
}

/** Gives the memory to the engine, and so to the enclosing tf.tidy. */
function toTensor(info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}
