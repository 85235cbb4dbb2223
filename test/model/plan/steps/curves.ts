// Every activation, and what the JavaScript CPU backend makes of it.

import { constantFrom } from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { activations, linear } from "../../../../src/model/kernels/activation.ts";

export const curves = { linear, ...activations };
export type Curve = keyof typeof curves;

export const anyCurve = constantFrom(...(Object.keys(curves) as Curve[]));

export const onCpu: Record<Curve, (x: tf.Tensor) => tf.Tensor> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  sigmoid: (x) => tf.sigmoid(x),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  hardSwish: (x) => tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6)),
  elu: (x) => tf.elu(x),
  tanh: (x) => tf.tanh(x),
};
