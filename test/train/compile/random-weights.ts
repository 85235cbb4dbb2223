// Seeded weights for a TF.js layers model under test, batch-norm statistics included: an untrained model's zeros and
// ones would hide a folding mistake.
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

export const SEED = 20180113;

/** Sets every weight of the model from the seed; variances are positive, and kernels keep activations near `gain`. */
export function randomizeWeights<Model extends LayersModel>(model: Model, gain = 1): Model {
  const weights = model.weights.map((variable, i) => {
    const shape = variable.shape as number[];
    const name = variable.originalName;
    if (name.includes("variance")) return tf.randomUniform(shape, 0.3, 3, "float32", SEED + i);
    if (name.includes("gamma")) return tf.randomUniform(shape, -2, 2, "float32", SEED + i);
    if (!name.includes("kernel")) return tf.randomUniform(shape, -0.5, 0.5, "float32", SEED + i);
    const fanIn = shape.slice(0, name.includes("depthwise") ? 2 : -1).reduce((a, b) => a * b, 1);
    const limit = gain * Math.sqrt(3 / fanIn);
    return tf.randomUniform(shape, -limit, limit, "float32", SEED + i);
  });
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}
