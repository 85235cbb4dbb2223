// The training loop: shuffled batches over worker threads, validation after each epoch, the best epoch of each run kept.
// It stops between two batches when asked to, and goes on from there to the same weights.

import type { LayersModel } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Task } from "../data/dataset.ts";
import type { BackendName } from "../backend.ts";
import { createGradientPool, type Batch, type GradientPool } from "./gradients/gradient-pool.ts";
import type { HyperParameters } from "./hyper-parameters.ts";
import type { Inputs } from "./inputs.ts";
import { learningRateAt } from "./learning-rate.ts";
import { shuffledIndices } from "./batches/shuffle.ts";
import { toImageWeights, toTargets } from "./batches/targets.ts";
import {
  bestEpochOf,
  copyOf,
  endRun,
  initialArrays,
  type EpochRecord,
  type Position,
  type TrainingState,
} from "./weights/training-state.ts";
import { validate } from "./validate.ts";
import { layOutWeights, readWeights, writeWeights } from "./weights/weight-layout.ts";
import { createWeightUpdates, type WeightUpdates } from "./weights/weight-updates.ts";

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
  const updates = await createWeightUpdates(layOutWeights(options.model), options.hyperParameters.shards);
  const pool = await startPool(options, updates);
  try {
    return await runEpochs(options, { pool, updates });
  } finally {
    await pool.close();
  }
}

/** Worker threads, and the weights that they share. */
type Trainer = { pool: GradientPool; updates: WeightUpdates };

async function runEpochs(
  options: FitOptions,
  trainer: Trainer,
): Promise<Result<FitResult, Failure<"interrupted" | "diverged">>> {
  const { model, training, hyperParameters, signal } = options;
  const { epochs, runs = 1, batchSize, patience = Infinity } = hyperParameters;
  const { arrays: moved, weights } = trainer.updates;
  const initial = new Float32Array(weights.length);
  readWeights(model, initial);
  const from = options.resumeFrom?.arrays ?? initialArrays(initial);
  moved.parameters.set(from.parameters);
  moved.firstMoments.set(from.firstMoments);
  moved.secondMoments.set(from.secondMoments);
  moved.average.set(from.average);
  const arrays = { ...moved, best: from.best, ended: from.ended };
  const history = [...(options.resumeFrom?.history ?? [])];
  let position = options.resumeFrom?.position ?? startOf(0, 0);

  while (position.epoch < runs * epochs) {
    const trained = await runEpoch(options, trainer, position);
    if (!trained.ok) return trained;
    position = trained.value;
    if (position.batch * batchSize >= training.count) {
      const record = await closeEpoch(options, trainer, position);
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
    await options.save({ position, history, arrays: copyOf(arrays) });
    if (signal.aborted && position.epoch < runs * epochs) return fail("interrupted", "stopped before the last epoch");
  }
  const mean = arrays.ended.map((sum) => sum / runs);
  writeWeights(model, mean);
  return ok({ history, bestEpoch: bestEpochOf(history), kept: await validateWeights(options, trainer, mean) });
}

/** Runs batches from `position` until the epoch or the signal ends it. */
async function runEpoch(
  { training, hyperParameters, seed, signal, onBatch }: FitOptions,
  { pool, updates }: Trainer,
  position: Position,
): Promise<Result<Position, Failure<"diverged">>> {
  const { epochs, batchSize, schedule, weightDecay, averageDecay = 0 } = hyperParameters;
  const stepsPerEpoch = Math.ceil(training.count / batchSize);
  const order = shuffledIndices(training.count, seed, position.epoch);
  let { batch, step, lossSum, correct } = position;
  const batchAt = (at: number): Batch | undefined =>
    at < stepsPerEpoch
      ? { epoch: position.epoch, indices: order.slice(at * batchSize, (at + 1) * batchSize) }
      : undefined;

  for (let now = batchAt(batch), next; now && !signal.aborted; now = next, batch++, step++) {
    next = batchAt(batch + 1);
    const { indices } = now;
    updates.weights.set(updates.arrays.parameters);
    const shards = await pool.run(now, next);
    if (!Number.isFinite(shards.lossSum) || !updates.areGradientsFinite()) {
      return fail(
        "diverged",
        `epoch ${position.epoch + 1}, batch ${batch + 1}: the loss or a gradient is not a finite number; the batch had the training images ${[...indices].join(", ")}`,
      );
    }
    if (hyperParameters.clipNorm !== undefined) updates.clip(hyperParameters.clipNorm);
    updates.move(step + 1, learningRateAt(schedule, step, stepsPerEpoch, epochs), weightDecay);
    // The decay grows with the steps taken, so that the first weights are soon forgotten (TensorFlow's ExponentialMovingAverage).
    updates.moveAverage(Math.min(averageDecay, (1 + step) / (10 + step)));
    lossSum += shards.lossSum;
    correct += shards.correct;
    onBatch(
      { epoch: position.epoch, batch: batch + 1, step: step + 1, lossSum, correct },
      Math.min((batch + 1) * batchSize, training.count),
    );
  }
  return ok({ epoch: position.epoch, batch, step, lossSum, correct });
}

async function closeEpoch(options: FitOptions, trainer: Trainer, position: Position): Promise<EpochRecord> {
  const { training, hyperParameters } = options;
  const { schedule, epochs, batchSize } = hyperParameters;
  const { loss, accuracy } = await validateWeights(options, trainer, trainer.updates.arrays.average);
  return {
    epoch: position.epoch,
    learningRate: learningRateAt(schedule, position.step - 1, Math.ceil(training.count / batchSize), epochs),
    loss: position.lossSum / training.count,
    accuracy: position.correct / training.count,
    validationLoss: loss,
    validationAccuracy: accuracy,
  };
}

async function validateWeights(
  { validation, task, classes }: FitOptions,
  { pool, updates }: Trainer,
  weights: Float32Array,
) {
  updates.weights.set(weights);
  const logits = await pool.logits(validation.images, validation.count);
  return validate(logits, validation.labels, task, classes);
}

async function startPool(options: FitOptions, updates: WeightUpdates): Promise<GradientPool> {
  const { model, task, classes, training, hyperParameters, seed, backend, workers } = options;
  const { loss, augmentation, batchSize } = hyperParameters;
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
    },
    updates,
    { workers, batchSize },
  );
}

function endsInSoftmax(model: LayersModel): boolean {
  return model.layers.at(-1)?.getConfig()["activation"] === "softmax";
}

const startOf = (epoch: number, step: number): Position => ({ epoch, batch: 0, step, lossSum: 0, correct: 0 });
