// The input gradient that plain and depthwise convolutions share: forward convolutions of dy, which XNNPACK makes fast.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { gradientPhases, isWhole } from "./gradient-phases.ts";
import { allocate, floats, free, runKernel } from "./heap.ts";
import { flipTaps, placePhase } from "./phase-gradient.ts";

/** What is convolved, and how: a tap of the filter is a matrix [rows, columns]; the kernel takes it transposed. */
export type Convolution = {
  kernelName: string;
  dy: tf.TensorInfo;
  filter: tf.TensorInfo;
  geometry: tf.backend_util.Conv2DInfo;
  tapShape: readonly [rows: number, columns: number];
};

/** dx [batch, inHeight, inWidth, inChannels]: a convolution of dy for each phase of the strides, interleaved. */
export function inputGradient(backend: BackendWasm, convolution: Convolution): tf.TensorInfo {
  const { kernelName, dy, filter, geometry, tapShape } = convolution;
  const phases = gradientPhases(geometry);
  const [first] = phases;
  const multiplier = kernelName === tf.Conv2D ? 1 : geometry.outChannels / geometry.inChannels;
  const isOneConvolution = phases.length === 1 && multiplier === 1 && isWhole(first, geometry);
  const dx = isOneConvolution ? undefined : allocate(backend, geometry.inShape);
  if (dx) floats(backend, dx).fill(0);
  for (const phase of phases) {
    const { y, x } = phase;
    const shape = [y.taps, x.taps, tapShape[1], tapShape[0]];
    const taps = allocate(backend, shape);
    flipTaps(floats(backend, filter), geometry, phase, tapShape, floats(backend, taps));
    const pad = [
      [0, 0],
      [y.before, y.after],
      [x.before, x.after],
      [0, 0],
    ];
    const attrs = { strides: [1, 1], dilations: [1, 1], pad, dataFormat: "NHWC" };
    const out = runKernel(backend, kernelName, { x: dy, filter: taps }, attrs);
    free(backend, taps);
    if (!dx) return out;
    placePhase(floats(backend, out), out.shape, phase, geometry, floats(backend, dx));
    free(backend, out);
  }
  // A filter and strides under which no pixel meets a tap do not exist: there is at least one output pixel.
  if (!dx) throw new Error("A convolution has no gradient phase.");
  return dx;
}
