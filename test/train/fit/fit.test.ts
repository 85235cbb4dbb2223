import { tmpdir } from "node:os";
import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { initializers } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { fit, type FitOptions } from "../../../train/fit/fit.ts";
import type { Inputs } from "../../../train/fit/inputs.ts";
import type { EpochRecord, TrainingState } from "../../../train/fit/weights/training-state.ts";
import { layOutWeights, readWeights } from "../../../train/fit/weights/weight-layout.ts";
import { createSharedArray } from "../../../train/pipeline/shared-array.ts";
import { createImageStorage } from "../../../train/pipeline/image-storage.ts";
import { readImages, writeImage } from "../../../train/pipeline/stored-images.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";

beforeAll(useWasmBackend);

/** A small network with batch norm, whose statistics are the hard part of sharing a batch out. */
function buildModel(): LayersModel {
  const kernel = (seed: number) => initializers.glorotUniform({ seed });
  return sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 1], useBias: false, kernelInitializer: kernel(1) }),
      layers.batchNormalization({ momentum: 0.5 }),
      layers.activation({ activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 2, kernelInitializer: kernel(2) }),
    ],
  });
}

/** Images brighter on the left or on the right. */
function createInputs(count: number): Inputs {
  const values = createSharedArray(36 * count);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < values.length; i++) {
    const bright = i % 6 < 3 === (labels[Math.floor(i / 36)] === 0);
    values[i] = (bright ? 0.6 : 0.4) + 0.3 * Math.sin(i * 12.9898);
  }
  const images = { size: 36, first: 0, place: { values } };
  return { count, shape: [6, 6, 1], images, labels, background: [0] };
}

async function run(change: Partial<FitOptions> & { hyper?: Partial<FitOptions["hyperParameters"]> } = {}) {
  const records: EpochRecord[] = [];
  const states: TrainingState[] = [];
  const model = buildModel();
  const result = await fit({
    model,
    task: "binary",
    classes: 2,
    training: createInputs(60),
    validation: createInputs(20),
    hyperParameters: {
      epochs: 3,
      batchSize: 16,
      shards: 2,
      schedule: { kind: "constant", learningRate: 0.01 },
      weightDecay: 0,
      loss: { labelSmoothing: 0, classWeights: "none", focalGamma: 0 },
      augmentation: { shift: 0.1, noise: 0.01, mixup: 0.2 },
      ...change.hyper,
    },
    seed: 3,
    backend: "wasm",
    workers: 1,
    resumeFrom: undefined,
    signal: new AbortController().signal,
    onBatch: () => undefined,
    onEpoch: (record) => void records.push(record),
    save: async (state) => void states.push(structuredClone(state)),
    ...change,
  });
  const weights = new Float32Array(layOutWeights(model).at(-1)?.to ?? 0);
  readWeights(model, weights);
  return { result, records, states, weights };
}

describe("fitting", () => {
  test("lowers the loss, keeps the best epoch, and says so", async () => {
    const { result, records } = await run({ hyper: { epochs: 8 } });
    expect(records.at(-1)?.validationLoss).toBeLessThan(records[0].validationLoss / 2);
    const losses = records.map(({ validationLoss }) => validationLoss);
    expect(result).toMatchObject({ ok: true, value: { bestEpoch: losses.lastIndexOf(Math.min(...losses)) } });
  });

  test("gives the same weights with one worker and with two, batch statistics included", async () => {
    const [one, two] = [await run({ workers: 1 }), await run({ workers: 2 })];
    expect(two.weights).toEqual(one.weights);
    expect(two.records).toEqual(one.records);
  });

  test("gives the same weights with workers to spare, and from images in a file", async () => {
    using storage = createImageStorage(0, tmpdir());
    const inFile = (inputs: Inputs): Inputs => {
      const allocated = storage.allocate(inputs.count, inputs.images.size);
      if (!allocated.ok) throw new Error(allocated.error.detail);
      for (let i = 0; i < inputs.count; i++) writeImage(allocated.value, i, readImages(inputs.images, [i]));
      return { ...inputs, images: allocated.value };
    };
    const inMemory = await run();
    const stored = await run({ training: inFile(createInputs(60)), validation: inFile(createInputs(20)), workers: 3 });
    expect(stored.weights).toEqual(inMemory.weights);
    expect(stored.records).toEqual(inMemory.records);
    expect((await run({ hyper: { augmentation: {} } })).weights).not.toEqual(inMemory.weights);
  });

  test("resumed after any stop gives the weights of an unbroken run", async () => {
    const unbroken = await run({ hyper: { averageDecay: 0.9, clipNorm: 1, weightDecay: 0.01 } });
    for (const batches of [1, 4, 6]) {
      const controller = new AbortController();
      let seen = 0;
      const onBatch = () => void (++seen === batches && controller.abort());
      const hyper = { averageDecay: 0.9, clipNorm: 1, weightDecay: 0.01 };
      const stopped = await run({ hyper, signal: controller.signal, onBatch });
      expect(stopped.result).toMatchObject({ error: { reason: "interrupted" } });
      const resumed = await run({ hyper, resumeFrom: stopped.states.at(-1) });
      expect(resumed.weights).toEqual(unbroken.weights);
    }
  });

  test("several runs begin from the same weights, and the mean of what they kept is the model's", async () => {
    const runs = 3;
    const hyper = { epochs: 2, runs, averageDecay: 0.9 };
    const { result, records, states, weights } = await run({ hyper });
    expect(records.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5]);
    const fresh = buildModel();
    const initial = new Float32Array(weights.length);
    readWeights(fresh, initial);
    for (const after of [1, 3]) {
      expect(states[after].position).toMatchObject({ epoch: after + 1, batch: 0, step: 0 });
      expect(states[after].arrays.parameters).toEqual(initial);
      expect(states[after].arrays.firstMoments).toEqual(new Float32Array(weights.length));
    }
    const [first] = states.map(({ arrays }) => arrays.best).slice(1);
    expect((await run({ hyper: { ...hyper, runs: 1 } })).weights).toEqual(first);
    const sum = states
      .filter((_, i) => i % 2 === 1)
      .reduce((total, { arrays }) => total.map((w, i) => w + arrays.best[i]), new Float32Array(weights.length));
    expect(weights).toEqual(sum.map((w) => w / runs));
    const losses = records.map(({ validationLoss }) => validationLoss);
    expect(result).toMatchObject({
      ok: true,
      value: { bestEpoch: losses.lastIndexOf(Math.min(...losses)), kept: { loss: expect.any(Number) } },
    });
  });

  test("several runs resumed after any stop give the weights of unbroken ones", async () => {
    const hyper = { epochs: 2, runs: 2, averageDecay: 0.9 };
    const unbroken = await run({ hyper });
    for (const batches of [2, 8, 9, 13]) {
      const controller = new AbortController();
      let seen = 0;
      const onBatch = () => void (++seen === batches && controller.abort());
      const stopped = await run({ hyper, signal: controller.signal, onBatch });
      expect(stopped.result).toMatchObject({ error: { reason: "interrupted" } });
      expect((await run({ hyper, resumeFrom: stopped.states.at(-1) })).weights).toEqual(unbroken.weights);
    }
  });

  test("ends early when the validation loss no longer falls", async () => {
    const { result, records } = await run({
      hyper: { epochs: 50, patience: 2, schedule: { kind: "constant", learningRate: 0 } },
    });
    expect(records.length).toBeLessThan(10);
    expect(result).toMatchObject({ ok: true });
  });

  test("stops at the batch that gives no finite number, and names its images", async () => {
    const training = createInputs(60);
    writeImage(training.images, 7, new Float32Array(36).fill(Number.NaN));
    const { result } = await run({ training, hyper: { augmentation: {} } });
    expect(result).toMatchObject({
      error: { reason: "diverged", detail: expect.stringMatching(/epoch 1, batch \d.*\b7\b/) },
    });
  });

  test("averaging the weights keeps another model than the last step's", async () => {
    const [plain, averaged] = [await run(), await run({ hyper: { averageDecay: 0.99 } })];
    expect(averaged.weights).not.toEqual(plain.weights);
  });
});
