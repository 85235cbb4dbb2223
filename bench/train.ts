// How many images a second does training learn from, on the WASM backend with the repository's kernel and on the
// JavaScript CPU backend? The released model's recipe on both, the same steps in turns, and the losses must agree.

// oxlint-disable-next-line import/no-unassigned-import -- importing it registers the backend
import "@tensorflow/tfjs-backend-cpu";
import { env, scalar, setBackend } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { goldenSamples } from "../src/bundle/golden.ts";
import { drawDigit } from "../train/examples/draw-digits.ts";
import { gatherBatch, type Inputs } from "../train/fit/inputs.ts";
import { mnist } from "../train/recipes/mnist.ts";
import { useWasmBackend } from "../train/wasm-backend.ts";
import { interleave } from "./measure/interleave.ts";
import { median, quantile } from "./measure/quantile.ts";
import type { Table } from "./measure/table.ts";

const BACKENDS = ["wasm", "cpu"];
const WARM_UP_STEPS = 3;
const STEPS = 20;
/** Relative; the backends add in different orders, and every step builds on the last. */
const MAX_LOSS_DIFFERENCE = 1e-3;

export async function train(): Promise<Table[]> {
  await useWasmBackend();
  await startCpuBackend();
  const inputs = drawInputs((WARM_UP_STEPS + STEPS) * mnist.batchSize);
  const learners = [];
  for (const backend of BACKENDS) {
    await setBackend(backend);
    // The recipe's seed gives both the same weights.
    learners.push({ name: backend, losses: [] as number[], model: mnist.buildModel(mnist.seed) });
  }
  const contestants = learners.map(({ name, losses, model }) => ({
    name,
    run: async () => {
      await setBackend(name);
      losses.push(await step(model, inputs, losses.length));
    },
  }));
  const times = await interleave(contestants, { warmUpRounds: WARM_UP_STEPS, rounds: STEPS });

  const [wasm, cpu] = learners.map(({ losses }) => losses);
  const difference = Math.max(...wasm.map((loss, i) => Math.abs(loss - cpu[i]) / cpu[i]));
  if (!(difference <= MAX_LOSS_DIFFERENCE)) throw new Error(`after the same steps the losses differ by ${difference}`);
  const rates = new Map([...times].map(([name, samples]) => [name, (1000 * mnist.batchSize) / median(samples)]));
  return [
    {
      title: `Training: the ${mnist.release.name} recipe, batches of ${mnist.batchSize}`,
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

/** One step as train/fit/fit.ts takes it. */
async function step(model: LayersModel, inputs: Inputs, position: number): Promise<number> {
  const indices = Uint32Array.from({ length: mnist.batchSize }, (_, i) => position * mnist.batchSize + i);
  const { images, labels } = gatherBatch(inputs, indices);
  const [loss] = (await model.trainOnBatch(images, labels)) as number[];
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
function drawInputs(count: number): Inputs {
  const { height, width, scale } = mnist.input;
  const size = height * width;
  const digits = Array.from({ length: 10 }, (_, digit) => drawDigit(digit, height));
  const noise = goldenSamples(mnist.seed, count * size);
  const values = Float32Array.from(
    noise,
    (sample, i) => (0.75 * digits[Math.floor(i / size) % 10][i % size] + 0.25 * sample) * scale,
  );
  return { count, shape: [height, width, 1], values, labels: Uint8Array.from({ length: count }, (_, i) => i % 10) };
}
