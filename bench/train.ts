// How many images a second does one thread learn from, on the WASM backend with the repository's kernels and on the
// JavaScript CPU backend? The original network on both, the same steps in turns, and the losses must agree.

// oxlint-disable-next-line import/no-unassigned-import -- importing it registers the backend
import "@tensorflow/tfjs-backend-cpu";
import { env, scalar, setBackend, tensor1d, tensor4d } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { goldenSamples } from "../src/bundle/golden.ts";
import { drawDigit } from "../train/examples/draw-digits.ts";
import { mnistCnn } from "../train/architectures/mnist-cnn.ts";
import { mnistCnnRecipe } from "../train/recipes/mnist-cnn.ts";
import { useWasmBackend } from "../train/wasm-backend.ts";
import { interleave } from "./measure/interleave.ts";
import { median, quantile } from "./measure/quantile.ts";
import type { Table } from "./measure/table.ts";

const BACKENDS = ["wasm", "cpu"];
const BATCH = 32;
const SEED = 1;
const WARM_UP_STEPS = 3;
const STEPS = 20;
/** Relative; the backends add in different orders, and every step builds on the last. */
const MAX_LOSS_DIFFERENCE = 1e-3;

export async function train(): Promise<Table[]> {
  await useWasmBackend();
  await startCpuBackend();
  const values = drawValues((WARM_UP_STEPS + STEPS) * BATCH);
  const learners = [];
  for (const backend of BACKENDS) {
    await setBackend(backend);
    const model = mnistCnn(SEED);
    model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    learners.push({ name: backend, losses: [] as number[], model });
  }
  const contestants = learners.map(({ name, losses, model }) => ({
    name,
    run: async () => {
      await setBackend(name);
      losses.push(await step(model, values, losses.length));
    },
  }));
  const times = await interleave(contestants, { warmUpRounds: WARM_UP_STEPS, rounds: STEPS });

  const [wasm, cpu] = learners.map(({ losses }) => losses);
  const difference = Math.max(...wasm.map((loss, i) => Math.abs(loss - cpu[i]) / cpu[i]));
  if (!(difference <= MAX_LOSS_DIFFERENCE)) throw new Error(`after the same steps the losses differ by ${difference}`);
  const rates = new Map([...times].map(([name, samples]) => [name, (1000 * BATCH) / median(samples)]));
  return [
    {
      title: `Training: the original network, batches of ${BATCH}`,
      rows: [...times].map(([name, samples]) => ({
        backend: name,
        imagesPerSecond: rates.get(name) ?? Number.NaN,
        timesCpu: (rates.get(name) ?? Number.NaN) / (rates.get("cpu") ?? Number.NaN),
        stepP50Ms: median(samples),
        stepP95Ms: quantile(samples, 0.95),
      })),
      notes: [
        `${STEPS} steps after ${WARM_UP_STEPS} to warm up, one thread each`,
        `loss from ${wasm[0].toFixed(3)} to ${(wasm.at(-1) ?? Number.NaN).toFixed(3)}; largest relative difference between the backends ${difference.toExponential(1)}`,
      ],
    },
  ];
}

async function step(model: LayersModel, values: Float32Array, position: number): Promise<number> {
  const { height, width } = mnistCnnRecipe.input;
  const size = BATCH * height * width;
  const images = tensor4d(values.subarray(position * size, (position + 1) * size), [BATCH, height, width, 1]);
  const labels = tensor1d(Float32Array.from({ length: BATCH }, (_, i) => (position * BATCH + i) % 10));
  const loss = (await model.trainOnBatch(images, labels)) as number;
  images.dispose();
  labels.dispose();
  return loss;
}

/** On its first use the backend recommends another package, at length, except in production mode. */
async function startCpuBackend(): Promise<void> {
  await setBackend("cpu");
  env().set("PROD", true);
  scalar(0).dispose();
  env().set("PROD", false);
}

/** The sample digits in turn under seeded noise, preprocessed as MNIST is: values from 0 to 1. */
function drawValues(count: number): Float32Array {
  const { height, width, scale } = mnistCnnRecipe.input;
  const size = height * width;
  const digits = Array.from({ length: 10 }, (_, digit) => drawDigit(digit, height));
  return Float32Array.from(
    goldenSamples(SEED, count * size),
    (sample, i) => (0.75 * digits[Math.floor(i / size) % 10][i % size] + 0.25 * sample) * scale,
  );
}
