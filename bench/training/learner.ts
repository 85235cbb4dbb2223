// A network that takes steps on one batch: everything a training loop does but the data. On the backend that is current
// when it is made, and when it takes a step.

import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

export type Learner = {
  /** Gives the loss before the step. */
  step: () => number;
  dispose: () => void;
};

/** The same batch, noise under labels in turn, for the same size. */
export function createLearner(build: () => LayersModel, batch: number): Learner {
  const model = build();
  const [, ...shape] = model.inputs[0].shape as number[];
  const classes = model.outputs[0].shape[1] as number;
  const images = tf.randomUniform([batch, ...shape], 0, 1, "float32", 1);
  const labels = tf.tidy(() =>
    tf.oneHot(tf.tensor1d(Int32Array.from({ length: batch }, (_, i) => i % classes)), classes),
  );
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const adam = tf.train.adam(1e-3);
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
