// Depth multipliers: an input channel that feeds several output channels is repeated, so that there is one tap a channel.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, floats } from "../heap.ts";

/** [batch, height, width, channels * multiplier] of `x` [batch, height, width, channels]; the caller's to free, if it is not `x`. */
export function repeatChannels(backend: BackendWasm, x: TensorInfo, multiplier: number): TensorInfo {
  if (multiplier === 1) return x;
  const repeated = allocate(backend, [...x.shape.slice(0, 3), x.shape[3] * multiplier]);
  const from = floats(backend, x);
  const to = floats(backend, repeated);
  for (let i = 0; i < to.length; i++) to[i] = from[Math.floor(i / multiplier)];
  return repeated;
}

/** The sum of what each channel's repetitions have; the caller's to free. */
export function sumRepeated(backend: BackendWasm, x: TensorInfo, multiplier: number): TensorInfo {
  const summed = allocate(backend, [...x.shape.slice(0, 3), x.shape[3] / multiplier]);
  const from = floats(backend, x);
  const to = floats(backend, summed).fill(0);
  for (let i = 0; i < from.length; i++) to[Math.floor(i / multiplier)] += from[i];
  return summed;
}
