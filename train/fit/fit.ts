// The training loop: shuffled batches, validation after each epoch, the best epoch kept. It stops between two batches
// when asked to, and goes on from there to the same weights.

import { tidy, type Scalar, type Tensor } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { gatherBatch, type Inputs } from "./inputs.ts";
import { shuffledIndices } from "./shuffle.ts";
import {
  readOptimizer,
  readWeights,
  restoreOptimizer,
  restoreWeights,
  type EpochRecord,
  type Position,
  type TrainingState,
} from "./training-state.ts";

export type FitOptions = {
  /** Compiled with one metric, accuracy. Its weights are those of the best epoch when `fit` has finished. */
  model: LayersModel;
  training: Inputs;
  validation: Inputs;
  epochs: number;
  batchSize: number;
  seed: number;
  resumeFrom: TrainingState | undefined;
  signal: AbortSignal;
  onBatch: (position: Position, seen: number) => void;
  onEpoch: (record: EpochRecord, best: boolean) => void;
  /** Called after each epoch and when the signal has stopped the run. */
  save: (state: TrainingState) => Promise<void>;
};

export type FitResult = { finished: boolean; history: EpochRecord[]; bestEpoch: number | undefined };

/** Large enough to keep the kernels busy, small enough to leave the heap alone. */
const VALIDATION_BATCH = 500;

export async function fit(options: FitOptions): Promise<FitResult> {
  const { model, training, epochs, seed, resumeFrom, signal } = options;
  const history = [...(resumeFrom?.history ?? [])];
  let best = resumeFrom?.best;
  if (resumeFrom) {
    restoreWeights(model, resumeFrom.weights);
    await restoreOptimizer(model, resumeFrom.optimizer);
  }
  const snapshot = async (position: Position): Promise<TrainingState> => ({
    position,
    history,
    weights: readWeights(model),
    optimizer: await readOptimizer(model),
    best,
  });

  let position = resumeFrom?.position ?? startOf(0);
  while (position.epoch < epochs) {
    const order = shuffledIndices(training.count, seed, position.epoch);
    position = await runEpoch(options, order, position);
    if (position.batch * options.batchSize < training.count) {
      await options.save(await snapshot(position));
      return { finished: false, history, bestEpoch: best?.epoch };
    }
    const record = toRecord(position, training.count, evaluateLoss(model, options.validation));
    history.push(record);
    const isBest = history.every((earlier) => record.validationLoss <= earlier.validationLoss);
    if (isBest) best = { epoch: record.epoch, weights: readWeights(model) };
    options.onEpoch(record, isBest);
    position = startOf(position.epoch + 1);
    await options.save(await snapshot(position));
    if (signal.aborted && position.epoch < epochs) return { finished: false, history, bestEpoch: best?.epoch };
  }
  if (best) restoreWeights(model, best.weights);
  return { finished: true, history, bestEpoch: best?.epoch };
}

/** Runs batches from `position` until the epoch or the signal ends it. */
async function runEpoch(options: FitOptions, order: Uint32Array, position: Position): Promise<Position> {
  const { model, training, batchSize, signal } = options;
  let { batch, lossSum, correctSum } = position;
  for (; batch * batchSize < training.count && !signal.aborted; batch++) {
    const indices = order.subarray(batch * batchSize, (batch + 1) * batchSize);
    const { images, labels } = gatherBatch(training, indices);
    const [loss, accuracy] = (await model.trainOnBatch(images, labels)) as number[];
    images.dispose();
    labels.dispose();
    lossSum += loss * indices.length;
    correctSum += accuracy * indices.length;
    options.onBatch(
      { epoch: position.epoch, batch: batch + 1, lossSum, correctSum },
      Math.min((batch + 1) * batchSize, training.count),
    );
    // A signal handler runs only when the event loop does.
    if (batch % 16 === 0) await new Promise(setImmediate);
  }
  return { epoch: position.epoch, batch, lossSum, correctSum };
}

function evaluateLoss(model: LayersModel, inputs: Inputs): { loss: number; accuracy: number } {
  let lossSum = 0;
  let correctSum = 0;
  for (let from = 0; from < inputs.count; from += VALIDATION_BATCH) {
    const length = Math.min(VALIDATION_BATCH, inputs.count - from);
    const { images, labels } = gatherBatch(
      inputs,
      Uint32Array.from({ length }, (_, i) => from + i),
    );
    const [loss, accuracy] = tidy(() =>
      (model.evaluate(images, labels, { batchSize: length }) as Scalar[]).map((value: Tensor) => value.dataSync()[0]),
    );
    images.dispose();
    labels.dispose();
    lossSum += loss * length;
    correctSum += accuracy * length;
  }
  return { loss: lossSum / inputs.count, accuracy: correctSum / inputs.count };
}

const startOf = (epoch: number): Position => ({ epoch, batch: 0, lossSum: 0, correctSum: 0 });

function toRecord(
  { epoch, lossSum, correctSum }: Position,
  count: number,
  validation: { loss: number; accuracy: number },
): EpochRecord {
  return {
    epoch,
    loss: lossSum / count,
    accuracy: correctSum / count,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
  };
}
