// How much faster do two worker threads train the residual network than one, on the same batches? Both take the same
// steps in turns, with all that a step of `edgescope train` does, and their losses must agree.

import { availableParallelism } from "node:os";
import { goldenSamples } from "../../src/bundle/golden.ts";
import { createGradientPool } from "../../train/fit/gradients/gradient-pool.ts";
import { toImageWeights, toTargets } from "../../train/fit/batches/targets.ts";
import { layOutWeights, readWeights } from "../../train/fit/weights/weight-layout.ts";
import { createWeightUpdates } from "../../train/fit/weights/weight-updates.ts";
import { createSharedArray } from "../../train/pipeline/shared-array.ts";
import { pneumonia } from "../../train/recipes/pneumonia.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { interleave } from "../measure/interleave.ts";
import { median, quantile } from "../measure/quantile.ts";
import type { Table } from "../measure/table.ts";
import { residualNetwork } from "./architectures.ts";

const WORKERS = [1, 2];
const IMAGES = 256;
const CLASSES = 10;
const SEED = 1;
const WARM_UP_STEPS = 3;
const STEPS = 20;
/** Relative; shards are summed in one order whatever the number of workers, so that none is expected. */
const MAX_LOSS_DIFFERENCE = 1e-6;

/** The recipe's batches, shards and augmentation. */
const { batchSize, shards, augmentation, weightDecay, loss } = pneumonia.fit;

export async function workers(): Promise<Table[]> {
  await useWasmBackend();
  const learners = [];
  for (const count of WORKERS) learners.push({ count, name: String(count), ...(await createLearner(count)) });
  const contestants = learners.map(({ name, run }) => ({ name, run }));
  const times = await interleave(contestants, { warmUpRounds: WARM_UP_STEPS, rounds: STEPS });
  for (const learner of learners) await learner.close();

  const [one, two] = learners.map(({ losses }) => losses);
  const difference = Math.max(...one.map((value, i) => Math.abs(two[i] / value - 1)));
  if (!(difference <= MAX_LOSS_DIFFERENCE)) throw new Error(`after the same steps the losses differ by ${difference}`);
  const stepMs = (name: string) => median(times.get(name) ?? []);
  return [
    {
      title: `Training: the residual network, batches of ${batchSize} in ${shards} shards, over worker threads`,
      rows: learners.map(({ name }) => ({
        workers: name,
        imagesPerSecond: (1000 * batchSize) / stepMs(name),
        timesOne: stepMs("1") / stepMs(name),
        stepP50Ms: stepMs(name),
        stepP95Ms: quantile(times.get(name) ?? [], 0.95),
      })),
      notes: [
        `${STEPS} steps after ${WARM_UP_STEPS} to warm up; this machine runs ${availableParallelism()} threads at once`,
        `loss from ${one[0].toFixed(4)} to ${one.at(-1)?.toFixed(4)}; largest relative difference of a loss ${difference.toExponential(1)}`,
      ],
    },
  ];
}

/** Workers, weights and an optimizer of their own; each run is one step on the next batch. */
async function createLearner(workerCount: number) {
  const model = residualNetwork();
  const updates = await createWeightUpdates(layOutWeights(model), shards);
  const [, height, width, channels] = model.inputs[0].shape as number[];
  const size = height * width * channels;
  const values = createSharedArray(IMAGES * size);
  values.set(Float32Array.from(goldenSamples(SEED, values.length), (sample) => sample / 255));
  const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const task = "multiclass";
  const pool = await createGradientPool(
    {
      backend: "wasm",
      modelJson: JSON.stringify(model.toJSON(undefined, false)),
      endsInProbabilities: false,
      task,
      focalGamma: loss.focalGamma,
      augmentation,
      seed: SEED,
      training: {
        shape: [height, width, channels],
        classes: CLASSES,
        images: { size, first: 0, place: { values } },
        targets: toTargets(labels, task, CLASSES, loss),
        weights: toImageWeights(labels, task, CLASSES, loss),
        background: [0],
      },
    },
    updates,
    { workers: workerCount, batchSize },
  );
  const { parameters } = updates.arrays;
  readWeights(model, parameters);
  const losses: number[] = [];
  return {
    losses,
    close: pool.close,
    run: async () => {
      const first = losses.length * batchSize;
      const indices = Uint32Array.from({ length: batchSize }, (_, i) => (first + i) % IMAGES);
      updates.weights.set(parameters);
      const { lossSum } = await pool.run({ epoch: 0, indices }, undefined);
      losses.push(lossSum / batchSize);
      updates.move(losses.length, 0.003, weightDecay);
    },
  };
}
