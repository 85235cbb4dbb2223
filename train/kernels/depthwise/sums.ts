// Depthwise convolutions in training, and their gradients: what each channel's own taps add up to.
import type { backend_util } from "@tensorflow/tfjs-core";
import { frame, frameBytes, lineBytes, type Source, type Window } from "../convolution/frames/frame.ts";
import { imagesAt, inputOf, windowOf } from "../convolution/geometry.ts";
import { gradientPhases, targetOfPhase, windowOfPhase } from "../convolution/gradients/gradient-phases.ts";
import { cutIntoPieces } from "../convolution/frames/pieces.ts";
import type { Target } from "../convolution/frames/convolve-frames.ts";
import { FLOAT_BYTES, roundUp, type Workspace } from "../workspace.ts";

// One tap a channel here: `inChannels` and `outChannels` are the same.
type Geometry = backend_util.Conv2DInfo;

/** Half of the second cache. */
const PIECE_BYTES = 2 ** 18;
/** Taps whose products with dy are summed at once. */
const TAPS_AT_ONCE = 3;

/** y [batch, outHeight, outWidth, channels] of addresses; no bias is 0. */
export function sumForward(
  workspace: Workspace,
  geometry: Geometry,
  { x, filter, bias, y }: { x: number; filter: number; bias: number; y: number },
  clips: boolean,
): void {
  const { outHeight, outWidth, inChannels: channels, filterHeight, filterWidth } = geometry;
  const weights = workspace.floats(filter, filterHeight * filterWidth * channels).slice();
  const target = imagesAt(y, outHeight, outWidth, channels);
  sumTaps(workspace, { source: inputOf(geometry, x), window: windowOf(geometry), weights, bias, clips, target });
}

/** dx [batch, inHeight, inWidth, channels] */
export function sumInputGradient(
  workspace: Workspace,
  geometry: Geometry,
  { dy, filter, dx }: { dy: number; filter: number; dx: number },
): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, inShape } = geometry;
  const channels = geometry.inChannels;
  const phases = gradientPhases(geometry);
  const covered = phases.reduce((sum, { y, x }) => sum + y.count * x.count, 0);
  // Pixels that no tap meets have gradient zero.
  if (covered < inHeight * inWidth) workspace.floats(dx, inShape.reduce((a, b) => a * b)).fill(0); // prettier-ignore
  const taps = workspace.floats(filter, filterHeight * filterWidth * channels).slice();
  const whole = imagesAt(dx, inHeight, inWidth, channels);
  for (const phase of phases) {
    const { y, x } = phase;
    const weights = new Float32Array(y.taps * x.taps * channels);
    let at = 0;
    for (let i = y.taps - 1; i >= 0; i--) {
      for (let j = x.taps - 1; j >= 0; j--, at += channels) {
        const tap = (y.firstTap + i * y.tapStep) * filterWidth + x.firstTap + j * x.tapStep;
        weights.set(taps.subarray(tap * channels, (tap + 1) * channels), at);
      }
    }
    sumTaps(workspace, {
      source: { images: batchSize, height: outHeight, width: outWidth, channels, address: dy, gate: 0 },
      window: windowOfPhase(phase),
      weights,
      bias: 0,
      clips: false,
      target: targetOfPhase(whole, phase),
    });
  }
}

type TapSums = {
  source: Source;
  window: Window;
  /** [taps, channels] */
  weights: Float32Array;
  bias: number;
  clips: boolean;
  target: Target;
};

function sumTaps(workspace: Workspace, { source, window, weights, bias, clips, target }: TapSums): void {
  const { kernels } = workspace;
  const { taps, dilations, strides, width, height } = window;
  const count = taps[0] * taps[1];
  const pieces = cutIntoPieces(source.images, height, lineBytes(source, window), PIECE_BYTES);
  const [weightsAt, offsets, frames] = workspace.layOut(
    weights.byteLength,
    count * FLOAT_BYTES,
    Math.max(...pieces.map((piece) => frameBytes(source, window, piece))),
  );
  workspace.floats(weightsAt, weights.length).set(weights);
  for (const piece of pieces) {
    const { start, imagePitch, rowPitch, pixelPitch } = frame(workspace, source, window, piece, frames);
    kernels.writeOffsets(1, ...taps, 0, 0, dilations[0] * rowPitch, dilations[1] * pixelPitch, offsets);
    const [down, across] = [strides[0] * rowPitch, strides[1] * pixelPitch];
    for (let i = 0; i < piece.images; i++) {
      const from = start + i * imagePitch;
      const to = target.start + (piece.image + i) * target.imagePitch + piece.line * target.rowPitch;
      const { rowPitch: toRow, pixelPitch: toPixel } = target;
      // prettier-ignore
      kernels.depthwise(piece.lines, width, source.channels, count, offsets, weightsAt, bias, clips ? 1 : 0, from, down, across, to, toRow, toPixel);
    }
  }
}

/** dW [filterHeight, filterWidth, channels] */
export function sumFilterGradient(
  workspace: Workspace,
  geometry: Geometry,
  { x, dy, filterGradient }: { x: number; dy: number; filterGradient: number },
): void {
  const { kernels } = workspace;
  const { outHeight, outWidth, inChannels: channels } = geometry;
  const source = inputOf(geometry, x);
  const window = windowOf(geometry);
  const { taps, dilations, strides } = window;
  const count = taps[0] * taps[1];
  const summed = roundUp(count, TAPS_AT_ONCE);
  const pieces = cutIntoPieces(source.images, outHeight, lineBytes(source, window), PIECE_BYTES);
  const [offsets, sums, frames] = workspace.layOut(
    summed * FLOAT_BYTES,
    summed * channels * FLOAT_BYTES,
    Math.max(...pieces.map((piece) => frameBytes(source, window, piece))),
  );
  workspace.floats(sums, summed * channels).fill(0);
  for (const piece of pieces) {
    const { start, imagePitch, rowPitch, pixelPitch } = frame(workspace, source, window, piece, frames);
    kernels.writeOffsets(1, ...taps, 0, 0, dilations[0] * rowPitch, dilations[1] * pixelPitch, offsets);
    kernels.writeOffsets(1, 1, summed - count, 0, 0, 0, 0, offsets + count * FLOAT_BYTES);
    const [down, across] = [strides[0] * rowPitch, strides[1] * pixelPitch];
    for (let i = 0; i < piece.images; i++) {
      const from = start + i * imagePitch;
      const at = dy + ((piece.image + i) * outHeight + piece.line) * outWidth * channels * FLOAT_BYTES;
      // prettier-ignore
      kernels.addDepthwiseProducts(piece.lines, outWidth, channels, summed, offsets, from, down, across, at, sums);
    }
  }
  workspace.floats(filterGradient, count * channels).set(workspace.floats(sums, count * channels));
}
