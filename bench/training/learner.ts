// Networks that take steps on one batch: everything a training loop does but the data and the threads. On the backend that
// is current when they are made, and when they take a step.

import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { createGradientPass } from "../../train/fit/gradients/compute-gradients.ts";
import { layOutWeights, readWeights, writeWeights } from "../../train/fit/weights/weight-layout.ts";
import { createWeightUpdates } from "../../train/fit/weights/weight-updates.ts";

export type Learner = {
  /** Gives the loss before the step. */
  step: () => number;
  dispose: () => void;
};

const LEARNING_RATE = 1e-3;

/** The same noise for the same size. */
const noise = (batch: number, shape: number[]) => tf.randomUniform([batch, ...shape], 0, 1, "float32", 1);

const shapeOf = (model: LayersModel) => model.inputs[0].shape.slice(1) as [number, number, number];

/** TensorFlow.js' own loss and Adam, as in the first training run. */
export async function createLearner(build: () => LayersModel, batch: number): Promise<Learner> {
  const model = build();
  const classes = model.outputs[0].shape[1] as number;
  const images = noise(batch, shapeOf(model));
  const labels = tf.tidy(() =>
    tf.oneHot(tf.tensor1d(Int32Array.from({ length: batch }, (_, i) => i % classes)), classes),
  );
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const adam = tf.train.adam(LEARNING_RATE);
  const loss = () =>
    tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true }) as tf.Tensor) as tf.Scalar;
  return {
    step() {
      const { value, grads } = tf.variableGrads(loss, weights);
      adam.applyGradients(grads as Parameters<typeof adam.applyGradients>[0]);
      const [before] = value.dataSync();
      tf.dispose([value, grads]);
      return before;
    },
    dispose() {
      adam.dispose();
      model.dispose();
      tf.dispose([images, labels]);
    },
  };
}

/** The repository's: what a worker thread does to a shard, and what the loop does with its gradients. */
export async function createOwnLearner(build: () => LayersModel, batch: number): Promise<Learner> {
  const model = build();
  const classes = model.outputs[0].shape[1] as number;
  const targets = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) targets[i * classes + (i % classes)] = 1;
  const shape = shapeOf(model);
  const images = tf.tidy(() => noise(batch, shape).dataSync<"float32">());
  const shard = { images, targets, weights: new Float32Array(batch).fill(1) };
  const updates = await createWeightUpdates(layOutWeights(model), 1);
  const { parameters } = updates.arrays;
  readWeights(model, parameters);
  const pass = createGradientPass(model, { shape, endsInProbabilities: false, task: "multiclass", focalGamma: 0 });
  let step = 0;
  return {
    step() {
      updates.weights.set(parameters);
      writeWeights(model, updates.weights);
      const { lossSum } = pass(shard, updates.slots[0]);
      updates.sumShards([batch]);
      if (!updates.areGradientsFinite()) throw new Error("a gradient is not a finite number");
      updates.move(++step, LEARNING_RATE, 0);
      return lossSum / batch;
    },
    dispose: () => void model.dispose(),
  };
}
