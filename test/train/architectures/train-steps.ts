// A few steps of gradient descent on one batch, as the training loop takes them.
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

export const SEED = 20151210;

/** The loss at each of Adam's steps on a seeded batch, image i being of class i modulo the classes. */
export function trainSteps(network: LayersModel, batch: number, steps: number): number[] {
  const [, ...imageShape] = network.inputs[0].shape as number[];
  const classes = network.outputs[0].shape[1] as number;
  const adam = tf.train.adam(0.01);
  const weights = network.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const losses = tf.tidy(() => {
    const images = tf.randomUniform([batch, ...imageShape], 0, 1, "float32", SEED);
    const labels = tf.oneHot(
      Array.from({ length: batch }, (_, i) => i % classes),
      classes,
    );
    const loss = () =>
      tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(
        labels,
        network.apply(images, { training: true }) as tf.Tensor,
      );
    return Array.from({ length: steps }, () => {
      // The optimizer wants gradients by name, and types them as variables.
      const { value, grads } = tf.variableGrads(loss, weights);
      adam.applyGradients(grads as Parameters<typeof adam.applyGradients>[0]);
      return value.dataSync()[0];
    });
  });
  adam.dispose();
  return losses;
}
