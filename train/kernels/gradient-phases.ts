// The input gradient of a strided convolution, cut into ordinary convolutions of dy: input pixels that differ in their
// remainder by the stride meet disjoint sets of filter taps. Pure.
import type { backend_util } from "@tensorflow/tfjs-core";

/** Along one axis: the input pixels first, first + stride, ... and how a convolution of dy makes their gradients. */
export type AxisPhase = {
  /** The first of the filter's taps that these pixels meet; the others follow at the stride. */
  firstTap: number;
  taps: number;
  /** The first of the input pixels, and how many there are. */
  first: number;
  count: number;
  /** Zeros around dy, and outputs of its convolution to leave out at the start. */
  before: number;
  after: number;
  skip: number;
};

export type Phase = { y: AxisPhase; x: AxisPhase };

/** Every phase that has pixels and taps; pixels of no phase have gradient zero. */
export function gradientPhases(geometry: backend_util.Conv2DInfo): Phase[] {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = geometry;
  const ys = axisPhases(inHeight, outHeight, filterHeight, geometry.strideHeight, padInfo.top);
  const xs = axisPhases(inWidth, outWidth, filterWidth, geometry.strideWidth, padInfo.left);
  return ys.flatMap((y) => xs.map((x) => ({ y, x })));
}

/** Whether a lone phase's convolution gives dx as it is. */
export function isWhole({ y, x }: Phase, { inHeight, inWidth }: backend_util.Conv2DInfo): boolean {
  return [y, x].every(({ skip }) => skip === 0) && y.count === inHeight && x.count === inWidth;
}

/**
 * dx[p] is the sum over taps t of dy[(p + pad - t) / stride] * w[t], where the division is exact: with
 * p + pad = stride * q + r it takes the taps t = r + stride * m and the pixels dy[q - m].
 */
function axisPhases(inSize: number, outSize: number, filterSize: number, stride: number, pad: number): AxisPhase[] {
  const phases: AxisPhase[] = [];
  for (let r = 0; r < stride; r++) {
    const taps = Math.ceil((filterSize - r) / stride);
    const firstQ = Math.ceil((pad - r) / stride);
    const lastQ = Math.floor((inSize - 1 + pad - r) / stride);
    if (taps < 1 || lastQ < firstQ) continue;
    phases.push({
      firstTap: r,
      taps,
      first: stride * firstQ + r - pad,
      count: lastQ - firstQ + 1,
      before: Math.max(0, taps - 1 - firstQ),
      after: Math.max(0, lastQ - (outSize - 1)),
      skip: Math.max(0, firstQ - (taps - 1)),
    });
  }
  return phases;
}
