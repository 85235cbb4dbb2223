// Convolutions of drawn sizes, and what the JavaScript CPU backend makes of them.

import { boolean, integer, record, type Arbitrary } from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import type { Convolution, Depthwise, Value } from "../../../../../src/model/plan/operations/operation.ts";
import { numbersFrom } from "../arbitrary-numbers.ts";
import { anyCurve, curves, onCpu, type Curve } from "../curves.ts";
import { value } from "../run-operation.ts";

export type Case = {
  kind: "convolution" | "depthwise";
  x: Value;
  y: Value;
  window: Convolution["window"];
  curve: Curve;
  image: Float32Array;
  kernel: Float32Array;
  bias: Float32Array;
  residual: Float32Array | undefined;
};

export type Limits = {
  kind: Case["kind"];
  side: number;
  window: Arbitrary<number>;
  strides: number;
  dilations: number;
};

export const sizes = ({ side, window, strides, dilations }: Limits) =>
  record({
    height: integer({ min: 1, max: side }),
    width: integer({ min: 1, max: side }),
    channels: integer({ min: 1, max: 19 }),
    made: integer({ min: 1, max: 19 }),
    windowHeight: window,
    windowWidth: window,
    strideY: integer({ min: 1, max: strides }),
    strideX: integer({ min: 1, max: strides }),
    dilation: integer({ min: 1, max: dilations }),
    border: integer({ min: 0, max: 2 }),
    extra: integer({ min: 0, max: 1 }),
    hasResidual: boolean(),
    seed: integer(),
    curve: anyCurve,
  });

export type Size = ReturnType<typeof sizes> extends Arbitrary<infer Drawn> ? Drawn : never;

/** A case of the numbers that its seed gives. */
export function toCase(kind: Case["kind"], size: Size): Case {
  const { height, width, channels, border, extra, dilation } = size;
  const depthwise = kind === "depthwise";
  const made = depthwise ? channels : size.made;
  const reach = [size.windowHeight, size.windowWidth].map((side) => (side - 1) * dilation + 1);
  // Large enough for one window at least.
  const [top, left] = [Math.max(border, reach[0] - height), Math.max(border, reach[1] - width)];
  const padding = { top, bottom: border + extra, left, right: border };
  const madeHeight = Math.floor((top + height + padding.bottom - reach[0]) / size.strideY) + 1;
  const madeWidth = Math.floor((left + width + padding.right - reach[1]) / size.strideX) + 1;
  const y = value(2, madeHeight, madeWidth, made);
  const taps = size.windowHeight * size.windowWidth * channels;
  const residuals = madeHeight * madeWidth * made;
  const { ordinary, mixed } = numbersFrom(size.seed);
  return {
    kind,
    x: value(0, height, width, channels),
    y,
    window: {
      size: [size.windowHeight, size.windowWidth],
      strides: [size.strideY, size.strideX],
      dilations: [dilation, dilation],
      padding,
    },
    curve: size.curve,
    image: mixed(height * width * channels),
    kernel: ordinary(depthwise ? taps : taps * made),
    bias: ordinary(made),
    residual: size.hasResidual && !depthwise ? mixed(residuals) : undefined,
  };
}

export function computeOnCpu({ kind, x, y, window, curve, image, kernel, bias, residual }: Case): Float32Array {
  const { size, strides, dilations, padding } = window;
  return tf.tidy(() => {
    const padded = tf.pad(tf.tensor4d(image, [1, x.height, x.width, x.channels]), [
      [0, 0],
      [padding.top, padding.bottom],
      [padding.left, padding.right],
      [0, 0],
    ]);
    const strided: [number, number] = [strides[0], strides[1]];
    const dilated: [number, number] = [dilations[0], dilations[1]];
    const product =
      kind === "depthwise"
        ? tf.depthwiseConv2d(padded, tf.tensor4d(kernel, [...size, x.channels, 1]), strided, "valid", "NHWC", dilated)
        : tf.conv2d(padded, tf.tensor4d(kernel, [...size, x.channels, y.channels]), strided, "valid", "NHWC", dilated);
    const sum = tf.add(product, tf.tensor1d(bias));
    const shape: [number, number, number, number] = [1, y.height, y.width, y.channels];
    const total = residual ? tf.add(sum, tf.tensor4d(residual, shape)) : sum;
    return onCpu[curve](total).dataSync<"float32">();
  });
}

export function toComputation({
  kind,
  x,
  y,
  window,
  curve,
  kernel,
  bias,
  residual,
}: Case): (Convolution | Depthwise) & { y: Value } {
  const common = { x, y, window, kernel, bias, activation: curves[curve] };
  if (kind === "depthwise") return { kind, ...common };
  return { kind, ...common, ...(residual && { residual: { ...y, id: 1 } }) };
}
