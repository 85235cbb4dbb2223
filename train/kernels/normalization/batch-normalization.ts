// The batch normalization layer's training path, in place of the one in tfjs-layers, on the WASM backend only.
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { overwrite, valuesOf } from "../heap.ts";
import { normalizeBatch } from "./normalize-batch.ts";

/** Fields of tfjs-layers 4.22.0's BatchNormalization that its types keep private. */
type BatchNormalization = Omit<layers.Layer, "call"> & {
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor | tf.Tensor[];
  axis: number;
  momentum: number;
  epsilon: number;
  gamma: Variable | null;
  beta: Variable | null;
  movingMean: Variable;
  movingVariance: Variable;
};
type Variable = { read(): tf.Tensor; write(value: tf.Tensor): unknown };

let registered = false;

/** Gives every batch normalization layer, those that exist included, the faster training path; once. */
export function registerBatchNormalization(): void {
  if (registered) return;
  registered = true;
  // tfjs-layers does not export the class, and layers read from JSON are made by it.
  const prototype = Object.getPrototypeOf(layers.batchNormalization({ name: "prototype" })) as BatchNormalization;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the layer as its `this`
  const stock = prototype.call;
  prototype.call = function (inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const { gamma, beta } = this;
    const isOurs = tf.getBackend() === "wasm" && kwargs.training === true && x.rank === 4 && gamma && beta;
    if (!isOurs || (this.axis !== -1 && this.axis !== 3)) return stock.call(this, inputs, kwargs);
    return tf.tidy(() => {
      const { output, mean, variance } = normalizeBatch(
        x as tf.Tensor4D,
        gamma.read() as tf.Tensor1D,
        beta.read() as tf.Tensor1D,
        this.epsilon,
      );
      moveTowards(this.movingMean, mean, this.momentum);
      moveTowards(this.movingVariance, variance, this.momentum);
      return output;
    });
  };
}

function moveTowards(moving: Variable, batch: Float64Array, momentum: number): void {
  const values = valuesOf(moving.read());
  overwrite(
    moving,
    Float32Array.from(batch, (value, c) => values[c] * momentum + value * (1 - momentum)),
  );
}
