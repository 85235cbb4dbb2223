// The training loop: shuffled batches over worker threads, validation after each epoch, the best epoch of each run kept.
// It stops between two batches when asked to, and goes on from there to the same weights.

import type { LayersModel } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Task } from "../data/dataset.ts";
import type { BackendName } from "../backend.ts";
import { adamwStep, clipNorm } from "./adamw.ts";
import { createSharedArray } from "../pipeline/shared-array.ts";
import { createGradientPool, type Batch, type GradientPool } from "./gradient-pool.ts";
import type { HyperParameters } from "./hyper-parameters.ts";
import type { Inputs } from "./inputs.ts";
import { learningRateAt } from "./learning-rate.ts";
import { shuffledIndices } from "./shuffle.ts";
import { toImageWeights, toTargets } from "./targets.ts";
import type { EpochRecord, Position, TrainingArrays, TrainingState } from "./training-state.ts";
import { validate } from "./validate.ts";
import { layOutWeights, readWeights, writeWeights, type WeightSegment } from "./weight-layout.ts";

export type FitOptions = {
  /** Its weights are those of the best epoch when `fit` has finished, or the mean of each run's. */
  model: LayersModel;
  task: Task;
  classes: number;
  training: Inputs;
  validation: Inputs;
  hyperParameters: HyperParameters;
  seed: number;
  backend: BackendName;
  workers: number;
  resumeFrom: TrainingState | undefined;
  signal: AbortSignal;
  onBatch: (position: Position, seen: number) => void;
  onEpoch: (record: EpochRecord, best: boolean) => void;
  /** Called after each epoch and when the signal has stopped the run. */
  save: (state: TrainingState) => Promise<void>;
};

/** `bestEpoch` has the lowest validation loss; `kept` is what the weights that were kept give. */
export type FitResult = { history: EpochRecord[]; bestEpoch: number; kept: { loss: number; accuracy: number } };

export async function fit(options: FitOptions): Promise<Result<FitResult, Failure<"interrupted" | "diverged">>> {
  const segments = layOutWeights(options.model);
  const pool = await startPool(options, segments);
  try {
    return await runEpochs(options, segments, pool);
  } finally {
    await pool.close();
  }
}

async function runEpochs(
  options: FitOptions,
  segments: readonly WeightSegment[],
  pool: GradientPool,
): Promise<Result<FitResult, Failure<"interrupted" | "diverged">>> {
  const { model, training, hyperParameters, signal } = options;
  const { epochs, runs = 1, batchSize, patience = Infinity } = hyperParameters;
  const initial = new Float32Array(pool.weights.length);
  readWeights(model, initial);
  const arrays = options.resumeFrom?.arrays ?? initialArrays(initial);
  const history = [...(options.resumeFrom?.history ?? [])];
  let position = options.resumeFrom?.position ?? startOf(0, 0);

  while (position.epoch < runs * epochs) {
    const trained = await runEpoch(options, segments, pool, arrays, position);
    if (!trained.ok) return trained;
    position = trained.value;
    if (position.batch * batchSize >= training.count) {
      const record = await closeEpoch(options, pool, arrays, position);
      history.push(record);
      const firstOfRun = record.epoch - (record.epoch % epochs);
      const best = bestEpochOf(history.filter(({ epoch }) => epoch >= firstOfRun));
      if (best === record.epoch) arrays.best.set(arrays.average);
      options.onEpoch(record, best === record.epoch);
      const next = record.epoch + 1;
      const isRunOver = next === firstOfRun + epochs || next - best > patience;
      if (isRunOver) endRun(arrays, initial);
      position = isRunOver ? startOf(firstOfRun + epochs, 0) : startOf(next, position.step);
    }
    await options.save({ position, history, arrays });
    if (signal.aborted && position.epoch < runs * epochs) return fail("interrupted", "stopped before the last epoch");
  }
  const mean = arrays.ended.map((sum) => sum / runs);
  writeWeights(model, mean);
  return ok({ history, bestEpoch: bestEpochOf(history), kept: await validateWeights(options, pool, mean) });
}

/** The last of those with the lowest validation loss. */
function bestEpochOf(history: readonly EpochRecord[]): number {
  return history.reduce((best, record) => (record.validationLoss <= best.validationLoss ? record : best)).epoch;
}

/** What the run has kept is added to the other runs', and the next one begins where it began. */
function endRun(arrays: TrainingArrays, initial: Float32Array): void {
  const { ended, best } = arrays;
  for (let i = 0; i < ended.length; i++) ended[i] += best[i];
  arrays.parameters.set(initial);
  arrays.average.set(initial);
  arrays.firstMoments.fill(0);
  arrays.secondMoments.fill(0);
}

/** Runs batches from `position` until the epoch or the signal ends it. */
async function runEpoch(
  { training, hyperParameters, seed, signal, onBatch }: FitOptions,
  segments: readonly WeightSegment[],
  pool: GradientPool,
  arrays: TrainingArrays,
  position: Position,
): Promise<Result<Position, Failure<"diverged">>> {
  const { epochs, batchSize, schedule, weightDecay, averageDecay = 0 } = hyperParameters;
  const stepsPerEpoch = Math.ceil(training.count / batchSize);
  const order = shuffledIndices(training.count, seed, position.epoch);
  const trainable = segments.filter((segment) => segment.trainable);
  const statistics = segments.filter((segment) => !segment.trainable);
  const moments = { first: arrays.firstMoments, second: arrays.secondMoments };
  const gradients = new Float32Array(arrays.parameters.length);
  let { batch, step, lossSum, correct } = position;
  const batchAt = (at: number): Batch | undefined =>
    at < stepsPerEpoch
      ? { epoch: position.epoch, indices: order.slice(at * batchSize, (at + 1) * batchSize) }
      : undefined;

  for (let now = batchAt(batch), next; now && !signal.aborted; now = next, batch++, step++) {
    next = batchAt(batch + 1);
    const { indices } = now;
    pool.weights.set(arrays.parameters);
    const shards = await pool.run(now, gradients, next);
    if (!Number.isFinite(shards.lossSum) || !areFinite(gradients)) {
      return fail(
        "diverged",
        `epoch ${position.epoch + 1}, batch ${batch + 1}: the loss or a gradient is not a finite number; the batch had the training images ${[...indices].join(", ")}`,
      );
    }
    if (hyperParameters.clipNorm !== undefined) clipNorm(gradients, trainable, hyperParameters.clipNorm);
    const learningRate = learningRateAt(schedule, step, stepsPerEpoch, epochs);
    adamwStep(arrays.parameters, gradients, moments, trainable, { step: step + 1, learningRate, weightDecay });
    for (const { from, to } of statistics) arrays.parameters.set(gradients.subarray(from, to), from);
    moveAverage(arrays, averageDecay, step);
    lossSum += shards.lossSum;
    correct += shards.correct;
    onBatch(
      { epoch: position.epoch, batch: batch + 1, step: step + 1, lossSum, correct },
      Math.min((batch + 1) * batchSize, training.count),
    );
  }
  return ok({ epoch: position.epoch, batch, step, lossSum, correct });
}

/** A loop, because `every` takes ten times as long for what is asked of each weight at each step. */
function areFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** The decay grows with the steps taken, so that the first weights are soon forgotten (TensorFlow's ExponentialMovingAverage). */
function moveAverage({ parameters, average }: TrainingArrays, decay: number, step: number): void {
  const kept = Math.min(decay, (1 + step) / (10 + step));
  for (let i = 0; i < average.length; i++) average[i] = kept * average[i] + (1 - kept) * parameters[i];
}

async function closeEpoch(
  options: FitOptions,
  pool: GradientPool,
  arrays: TrainingArrays,
  position: Position,
): Promise<EpochRecord> {
  const { training, hyperParameters } = options;
  const { schedule, epochs, batchSize } = hyperParameters;
  const { loss, accuracy } = await validateWeights(options, pool, arrays.average);
  return {
    epoch: position.epoch,
    learningRate: learningRateAt(schedule, position.step - 1, Math.ceil(training.count / batchSize), epochs),
    loss: position.lossSum / training.count,
    accuracy: position.correct / training.count,
    validationLoss: loss,
    validationAccuracy: accuracy,
  };
}

async function validateWeights({ validation, task, classes }: FitOptions, pool: GradientPool, weights: Float32Array) {
  pool.weights.set(weights);
  const logits = await pool.logits(validation.images, validation.count);
  return validate(logits, validation.labels, task, classes);
}

async function startPool(options: FitOptions, segments: readonly WeightSegment[]): Promise<GradientPool> {
  const { model, task, classes, training, hyperParameters, seed, backend, workers } = options;
  const { loss, augmentation, shards } = hyperParameters;
  const length = segments.at(-1)?.to ?? 0;
  return createGradientPool(
    {
      backend,
      modelJson: JSON.stringify(model.toJSON(undefined, false)),
      endsInProbabilities: endsInSoftmax(model),
      task,
      focalGamma: loss.focalGamma,
      augmentation,
      seed,
      training: {
        shape: training.shape,
        classes,
        images: training.images,
        targets: toTargets(training.labels, task, classes, loss),
        weights: toImageWeights(training.labels, task, classes, loss),
        background: training.background,
      },
      weights: createSharedArray(length),
      slots: Array.from({ length: shards }, () => createSharedArray(length)),
    },
    segments,
    { workers, batchSize: hyperParameters.batchSize },
  );
}

function initialArrays(initial: Float32Array): TrainingArrays {
  const zeros = () => new Float32Array(initial.length);
  return {
    parameters: Float32Array.from(initial),
    firstMoments: zeros(),
    secondMoments: zeros(),
    average: Float32Array.from(initial),
    best: zeros(),
    ended: zeros(),
  };
}

function endsInSoftmax(model: LayersModel): boolean {
  return model.layers.at(-1)?.getConfig()["activation"] === "softmax";
}

const startOf = (epoch: number, step: number): Position => ({ epoch, batch: 0, step, lossSum: 0, correct: 0 });
