// A pass on the WASM backend: the same numbers as without a plan for its memory, and no allocation at all.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { mnistCnn } from "../../../../train/architectures/mnist-cnn.ts";
import { mobileNetV2 } from "../../../../train/architectures/mobilenet-v2.ts";
import { resNet } from "../../../../train/architectures/resnet.ts";
import { createGradientPass } from "../../../../train/fit/gradients/compute-gradients.ts";
import { sumLoss, toLogits } from "../../../../train/fit/gradients/loss.ts";
import type { ShardBatch } from "../../../../train/fit/batches/shard-batch.ts";
import { layOutWeights, readWeights, writeWeights } from "../../../../train/fit/weights/weight-layout.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { countAllocations } from "../../kernels/count-allocations.ts";

let allocations: () => number;

beforeAll(async () => {
  await useWasmBackend();
  allocations = countAllocations();
});

const shape = [28, 28, 1] as const;
const CLASSES = 3;

/** Every kind of layer that recipes are made of, small. */
const networks: Record<string, () => LayersModel> = {
  "the original network": () => mnistCnn(1),
  "a residual network": () =>
    resNet({ inputSize: 28, channels: 1, classes: CLASSES, widths: [4, 8], blocksPerStage: 1, stemStride: 2, seed: 1 }),
  "a MobileNetV2": () =>
    mobileNetV2({
      width: 0.1,
      inputSize: 28,
      outputStride: 8,
      channels: 1,
      classes: CLASSES,
      headChannels: 16,
      seed: 1,
    }),
  "pooling, dropout and activations of the stock backend": () =>
    sequential({
      layers: [
        layers.conv2d({
          filters: 3,
          kernelSize: 3,
          activation: "elu",
          inputShape: [...shape],
          kernelInitializer: initializers.heNormal({ seed: 1 }),
        }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.dropout({ rate: 0.5, seed: 1 }),
        layers.flatten(),
        layers.dense({ units: CLASSES, activation: "softmax", kernelInitializer: initializers.heNormal({ seed: 2 }) }),
      ],
    }),
};

/** Seeded images of which image i is of class i modulo the classes. */
function createBatch(images: number, classes: number): ShardBatch {
  const values = tf.tidy(() => tf.randomUniform([images, ...shape], -1, 1, "float32", 1).dataSync<"float32">());
  const targets = new Float32Array(images * classes);
  for (let i = 0; i < images; i++) targets[i * classes + (i % classes)] = 1;
  return { images: values, targets, weights: new Float32Array(images).fill(1) };
}

/** What TensorFlow.js makes of the same batch by itself. */
function plainGradients(model: LayersModel, batch: ShardBatch, endsInProbabilities: boolean): Float32Array[] {
  return tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [batch.weights.length, ...shape]);
    const { grads } = tf.variableGrads(() => {
      const output = model.apply(images, { training: true }) as tf.Tensor2D;
      return sumLoss("multiclass", toLogits(output, endsInProbabilities), batch, 0).sum;
    });
    return model.weights.map((weight) => {
      const variable = weight.read() as tf.Variable;
      return ((grads[variable.name] as tf.Tensor | undefined) ?? variable).dataSync<"float32">();
    });
  });
}

test.for(Object.entries(networks))("a pass of %s is planned, and gives the same to the last bit", ([, build]) => {
  const model = build();
  const classes = model.outputs[0].shape[1] as number;
  const endsInProbabilities = model.layers.at(-1)?.getConfig()["activation"] === "softmax";
  const weights = new Float32Array(layOutWeights(model).at(-1)?.to ?? 0);
  readWeights(model, weights);
  const batches = [6, 1, 6].map((images) => createBatch(images, classes));
  const expected = batches.map((batch) => {
    writeWeights(model, weights);
    return plainGradients(model, batch, endsInProbabilities);
  });
  const pass = createGradientPass(model, { shape, endsInProbabilities, task: "multiclass", focalGamma: 0 });
  const target = new Float32Array(weights.length);
  for (const [i, batch] of batches.entries()) {
    writeWeights(model, weights);
    pass(batch, target);
    expect(target).toEqual(Float32Array.from(expected[i].flatMap((values) => [...values])));
  }
  const wasm = (tf.backend() as BackendWasm).wasm as unknown as { HEAPU8: Uint8Array };
  const measure = () => ({
    allocations: allocations(),
    bytes: wasm.HEAPU8.length,
    tensors: tf.memory().numTensors,
  });
  const before = measure();
  for (const batch of [...batches, ...batches]) {
    writeWeights(model, weights);
    pass(batch, target);
  }
  expect(measure()).toEqual(before);
  model.dispose();
});

test("weights that are written in place reach stock kernels, which keep packed copies of them", () => {
  const model = sequential({
    layers: [layers.conv2d({ filters: 1, kernelSize: 1, activation: "elu", useBias: true, inputShape: [2, 2, 1] })],
  });
  const outputOf = (weight: number, bias: number) => {
    writeWeights(model, Float32Array.of(weight, bias));
    return tf.tidy(() => [...(model.apply(tf.ones([1, 2, 2, 1])) as tf.Tensor).dataSync()]);
  };
  expect(outputOf(1, 0)).toEqual([1, 1, 1, 1]);
  expect(outputOf(2, 1)).toEqual([3, 3, 3, 3]);
  const copy = tf.clone(model.weights[0].read());
  expect(outputOf(5, 0)).toEqual([5, 5, 5, 5]);
  expect([...copy.dataSync()]).toEqual([2]);
});
