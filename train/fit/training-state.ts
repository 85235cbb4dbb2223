// Everything a run needs to go on exactly where it stopped: weights, optimiser moments, position and history.

import type { LayersModel } from "@tensorflow/tfjs-layers";
import { tensor, tidy, type AdamOptimizer, type Tensor } from "@tensorflow/tfjs-core";

export type EpochRecord = {
  epoch: number;
  loss: number;
  accuracy: number;
  validationLoss: number;
  validationAccuracy: number;
};

/** Sums over the batches of the epoch under way. */
export type Position = { epoch: number; batch: number; lossSum: number; correctSum: number };

export type Weights = { name: string; shape: number[]; values: Float32Array<ArrayBuffer> }[];

export type TrainingState = {
  position: Position;
  history: EpochRecord[];
  weights: Weights;
  optimizer: Weights;
  /** Of the epoch with the lowest validation loss; undefined before the first has ended. */
  best: { epoch: number; weights: Weights } | undefined;
};

/** Reads a model's weights in the order `restoreWeights` takes them. */
export const readWeights = (model: LayersModel): Weights =>
  model.weights.map((variable) => toWeight(variable.originalName, variable.read()));

export function restoreWeights(model: LayersModel, weights: Weights): void {
  tidy(() => model.setWeights(weights.map(({ values, shape }) => tensor(values, shape))));
}

export async function readOptimizer(model: LayersModel): Promise<Weights> {
  const named = await model.optimizer.getWeights();
  return named.map(({ name, tensor: values }) => toWeight(name, values));
}

export async function restoreOptimizer(model: LayersModel, weights: Weights): Promise<void> {
  const named = weights.map(({ name, values, shape }) => ({ name, tensor: tensor(values, shape) }));
  await model.optimizer.setWeights(named);
  restoreBetaPowers(model.optimizer as AdamOptimizer);
}

/**
 * Adam keeps the running powers of its betas as float32 products, but on restoring recomputes them with `pow`, which
 * rounds differently. The products are made again here, so that a resumed run gives the very weights of an unbroken one.
 */
function restoreBetaPowers(optimizer: AdamOptimizer): void {
  const { beta1, beta2, accBeta1, accBeta2, iterations } = optimizer as unknown as AdamInternals;
  for (const [beta, power] of [
    [beta1, accBeta1],
    [beta2, accBeta2],
  ] as const) {
    let product = Math.fround(beta);
    for (let i = 0; i < iterations; i++) product = Math.fround(product * Math.fround(beta));
    tidy(() => power.assign(tensor(product, [])));
  }
}

/** Fields of tfjs-core 4.22.0's AdamOptimizer that its types keep private. */
type AdamInternals = {
  beta1: number;
  beta2: number;
  accBeta1: { assign(value: Tensor): void };
  accBeta2: { assign(value: Tensor): void };
  iterations: number;
};

const toWeight = (name: string, values: Tensor) => ({
  name,
  shape: values.shape,
  values: Float32Array.from(values.dataSync<"float32">()),
});
