// The input gradient of a strided convolution, cut into ordinary convolutions of dy: input pixels that differ in their
// remainder by the stride meet disjoint sets of filter taps. Pure.
import type { backend_util } from "@tensorflow/tfjs-core";
import type { Target } from "../frames/convolve-frames.ts";
import type { Window } from "../frames/frame.ts";

/** Along one axis: the input pixels first, first + step, ... and how a convolution of dy makes their gradients. */
export type AxisPhase = {
  /** The first of the filter's taps that these pixels meet, and from each to the next. */
  firstTap: number;
  tapStep: number;
  taps: number;
  /** Pixels of dy between taps. */
  dilation: number;
  /** The first of the input pixels, from each to the next, and how many there are. */
  first: number;
  step: number;
  count: number;
  /** Zeros before dy; pixels of it to leave out, if negative. */
  before: number;
};

export type Phase = { y: AxisPhase; x: AxisPhase };

/** Every phase that has pixels and taps; pixels of no phase have gradient zero. */
export function gradientPhases(geometry: backend_util.Conv2DInfo): Phase[] {
  const { inHeight, inWidth, filterHeight, filterWidth, padInfo, dilationHeight, dilationWidth } = geometry;
  const ys = axisPhases(inHeight, filterHeight, geometry.strideHeight, dilationHeight, padInfo.top);
  const xs = axisPhases(inWidth, filterWidth, geometry.strideWidth, dilationWidth, padInfo.left);
  return ys.flatMap((y) => xs.map((x) => ({ y, x })));
}

/** How dy is read for a phase. */
export const windowOfPhase = ({ y, x }: Phase): Window => ({
  top: y.before,
  left: x.before,
  strides: [1, 1],
  taps: [y.taps, x.taps],
  dilations: [y.dilation, x.dilation],
  height: y.count,
  width: x.count,
});

/** A phase's pixels among all of dx. */
export const targetOfPhase = (whole: Target, { y, x }: Phase): Target => ({
  ...whole,
  start: whole.start + y.first * whole.rowPitch + x.first * whole.pixelPitch,
  rowPitch: y.step * whole.rowPitch,
  pixelPitch: x.step * whole.pixelPitch,
});

/**
 * dx[p] is the sum over taps t of dy[(p + pad - t * dilation) / stride] * w[t], where the division is exact: with
 * p + pad = stride * q + r it takes the taps t = firstTap + tapStep * m, and the pixels dy[q - shift - step * m].
 */
function axisPhases(inSize: number, filterSize: number, stride: number, dilation: number, pad: number): AxisPhase[] {
  const phases: AxisPhase[] = [];
  // Taps whose products with the dilation leave the same remainder by the stride are so many apart.
  const tapStep = stride / greatestCommonDivisor(stride, dilation);
  for (let r = 0; r < stride; r++) {
    const firstTap = Array.from({ length: tapStep }, (_, tap) => tap).find((tap) => (tap * dilation) % stride === r);
    if (firstTap === undefined || firstTap >= filterSize) continue;
    const taps = Math.ceil((filterSize - firstTap) / tapStep);
    const firstQ = Math.ceil((pad - r) / stride);
    const lastQ = Math.floor((inSize - 1 + pad - r) / stride);
    if (lastQ < firstQ) continue;
    const spread = (tapStep * dilation) / stride;
    const shift = (firstTap * dilation - r) / stride;
    phases.push({
      firstTap,
      tapStep,
      taps,
      dilation: spread,
      first: stride * firstQ + r - pad,
      step: stride,
      count: lastQ - firstQ + 1,
      before: (taps - 1) * spread + shift - firstQ,
    });
  }
  return phases;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
