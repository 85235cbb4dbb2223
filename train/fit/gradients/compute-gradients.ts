// A forward and a backward pass: the gradients of every weight of a network, in the order of `model.weights`. On the WASM
// backend the memory of a pass is planned before the first one.

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
  backend,
  getBackend,
  tidy,
  variableGrads,
  type Rank,
  type Tensor2D,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Task } from "../../data/dataset.ts";
import { toTensor, valuesOf } from "../../kernels/heap.ts";
import { planBuffers, type BufferPlan, type Recording } from "../../kernels/plan/plan-buffers.ts";
import { stepMemoryOf } from "../../kernels/plan/step-memory.ts";
import { sumLoss, toLogits } from "./loss.ts";
import type { ShardBatch } from "../batches/shard-batch.ts";

export type GradientOptions = {
  shape: readonly [height: number, width: number, channels: number];
  endsInProbabilities: boolean;
  task: Task;
  focalGamma: number;
};

/** The sum of the images' weighted losses, and how many are classified as their largest target says. */
export type BatchScore = { lossSum: number; correct: number };

/** Writes the sum of the images' gradients into `target`, and what the pass made of weights that are not trained. */
export type GradientPass = (batch: ShardBatch, target: Float32Array) => BatchScore;

/** Images of the passes that a plan is made from: more than one, which some operators treat otherwise. */
const TRIAL_IMAGES = [2, 3];

/** For the backend in use. The model's batch statistics are not what they were before. */
export function createGradientPass(model: LayersModel, options: GradientOptions): GradientPass {
  const pass: GradientPass = (batch, target) => computeGradients(model, batch, options, target);
  if (getBackend() !== "wasm") return pass;
  const memory = stepMemoryOf(backend() as BackendWasm);
  const target = new Float32Array(model.countParams());
  const [one, other] = TRIAL_IMAGES.map((images): Recording => {
    const batch = createTrialBatch(model, options.shape, images);
    return { images, allocations: memory.record(() => void pass(batch, target)) };
  });
  const plans = new Map<number, BufferPlan | undefined>();
  return (batch, gradients) => {
    const images = batch.weights.length;
    if (!plans.has(images)) plans.set(images, planBuffers(one, other, images));
    const plan = plans.get(images);
    if (!plan) return pass(batch, gradients);
    const { value, isFollowed } = memory.follow(plan, () => pass(batch, gradients));
    if (!isFollowed) plans.set(images, undefined);
    return value;
  };
}

function createTrialBatch(
  model: LayersModel,
  [height, width, channels]: GradientOptions["shape"],
  images: number,
): ShardBatch {
  const classes = model.outputs[0].shape.at(-1) ?? 0;
  return {
    images: new Float32Array(images * height * width * channels),
    targets: new Float32Array(images * classes),
    weights: new Float32Array(images),
  };
}

function computeGradients(
  model: LayersModel,
  batch: ShardBatch,
  { shape, endsInProbabilities, task, focalGamma }: GradientOptions,
  target: Float32Array,
): BatchScore {
  let correct = 0;
  const { value, grads } = tidy(() => {
    const images = toTensor<Rank.R4>(batch.images, [batch.weights.length, ...shape]);
    const trainable = model.trainableWeights.map((weight) => weight.read() as Variable);
    return variableGrads(() => {
      const logits = toLogits(model.apply(images, { training: true }) as Tensor2D, endsInProbabilities);
      const loss = sumLoss(task, logits, batch, focalGamma);
      correct = loss.correct;
      return loss.sum;
    }, trainable);
  });
  let offset = 0;
  for (const weight of model.weights) {
    const variable = weight.read() as Variable;
    // The others are batch statistics, which the forward pass has moved.
    target.set(valuesOf(grads[variable.name] ?? variable), offset);
    offset += variable.size;
  }
  const lossSum = valuesOf(value)[0];
  value.dispose();
  for (const gradient of Object.values(grads)) gradient.dispose();
  return { lossSum, correct };
}
