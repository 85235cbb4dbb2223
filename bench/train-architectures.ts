// How many images a second each architecture trains on in one thread: on WASM with our kernels, on WASM with the stock
// ones wherever there are some, and on the JavaScript CPU backend. `node bench/train-architectures.ts [name ...]`

import { version_cpu as cpuVersion } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, type LayersModel } from "@tensorflow/tfjs-layers";
import { mnistCnn } from "../train/architectures/mnist-cnn.ts";
import { mobileNetV2 } from "../train/architectures/mobilenet-v2.ts";
import { resNet } from "../train/architectures/resnet.ts";
import { useWasmBackend } from "../train/wasm-backend.ts";
import { interleave } from "./measure/interleave.ts";
import { describeMachine } from "./measure/machine.ts";
import { profileKernels } from "./measure/profile-kernels.ts";
import { median } from "./measure/quantile.ts";
import { writeTable, type Row, type Table } from "./measure/table.ts";

const BATCH = 32;
const CPU_BATCH = 2; // enough for a rate: that backend takes as long for each image of a batch
const ROUNDS = 9;

const residual = { channels: 1, classes: 9, widths: [16, 32, 64], blocksPerStage: 2, seed: 1 };
const mobile = { width: 0.25, channels: 1, classes: 9, headChannels: 256, seed: 1 };
const ARCHITECTURES: Record<string, () => LayersModel> = {
  "mnist-cnn": () => mnistCnn(1),
  "resnet-28": () => resNet({ ...residual, inputSize: 28 }),
  "resnet-28-stem-2": () => resNet({ ...residual, inputSize: 28, stemStride: 2 }),
  "resnet-64-rgb-stem-2": () => resNet({ ...residual, inputSize: 64, channels: 3, stemStride: 2 }),
  "mobilenet-v2-28": () => mobileNetV2({ ...mobile, inputSize: 28, outputStride: 8 }),
  "mobilenet-v2-96-rgb": () => mobileNetV2({ ...mobile, inputSize: 96, channels: 3, outputStride: 32 }),
};

type Layer = { call: unknown };
const batchNorm = Object.getPrototypeOf(layers.batchNormalization({ name: "bench" })) as Layer;
const stock = { kernels: [...tf.getKernelsForBackend("wasm")], batchNormCall: batchNorm.call };
await useWasmBackend();
const ours = { kernels: [...tf.getKernelsForBackend("wasm")], batchNormCall: batchNorm.call };

/** The stock backend lacks some gradients; those stay ours. */
function useKernels(set: typeof ours): void {
  batchNorm.call = set.batchNormCall;
  for (const kernel of set.kernels) {
    tf.unregisterKernel(kernel.kernelName, "wasm");
    tf.registerKernel(kernel);
  }
}

/** Adam's step on a batch of noise: everything a training loop does but the data. */
function createStep(build: () => LayersModel, batch: number): () => void {
  const model = build();
  const [, ...shape] = model.inputs[0].shape as number[];
  const classes = model.outputs[0].shape[1] as number;
  const images = tf.randomUniform([batch, ...shape], 0, 1, "float32", 1);
  const labels = tf.oneHot(tf.range(0, batch, 1, "int32"), classes);
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const adam = tf.train.adam(1e-3);
  const loss = () => tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true }) as tf.Tensor);
  return () => {
    const { value, grads } = tf.variableGrads(loss as () => tf.Scalar, weights);
    adam.applyGradients(grads as Parameters<typeof adam.applyGradients>[0]);
    value.dispose();
    tf.dispose(grads);
  };
}

async function measure(name: string): Promise<Table[]> {
  const build = ARCHITECTURES[name];
  const step = createStep(build, BATCH);
  const stockStep = createStep(build, BATCH);
  await tf.setBackend("cpu");
  const cpuStep = createStep(build, CPU_BATCH);
  const run = async (backend: string, set: typeof ours, once: () => void) => {
    await tf.setBackend(backend);
    useKernels(set);
    once();
  };
  const contestants = [
    { name: "wasm, our kernels", batch: BATCH, run: () => run("wasm", ours, step) },
    { name: "wasm, stock kernels", batch: BATCH, run: () => run("wasm", stock, stockStep) },
    { name: "cpu", batch: CPU_BATCH, run: () => run("cpu", ours, cpuStep) },
  ];
  const times = await interleave(contestants, { warmUpRounds: 2, rounds: ROUNDS });
  const perImage = contestants.map((contestant) => median(times.get(contestant.name) ?? []) / contestant.batch);
  const rows = contestants.map((contestant, i): Row => ({
    backend: contestant.name,
    imagesPerSecond: 1000 / perImage[i],
    timesOurs: perImage[i] / perImage[0],
  }));
  await run("wasm", ours, step);
  const [outsideMs, kernels] = profileKernels("wasm", ROUNDS, step);
  const parameters = build().countParams();
  return [
    {
      title: `${name}, ${parameters} parameters, batches of ${BATCH}`,
      rows,
      notes: [`cpu: @tensorflow/tfjs-backend-cpu ${cpuVersion}`],
    },
    {
      title: `where a step of ${name} goes on WASM with our kernels`,
      rows: [...kernels.slice(0, 8), { kernel: "(outside kernels)", ms: outsideMs, calls: 0 }],
      notes: [],
    },
  ];
}

const machine = await describeMachine();
console.log(
  Object.entries(machine)
    .map(([what, is]) => `${what} ${is}`)
    .join(", "),
);
const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(ARCHITECTURES)) {
  for (const table of await measure(name)) console.log(`\n${writeTable(table)}`);
}
