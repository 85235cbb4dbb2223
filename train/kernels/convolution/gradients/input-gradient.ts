// The gradient of a convolution with respect to its input: convolutions of dy with the filter turned upside down.
import type { backend_util } from "@tensorflow/tfjs-core";
import { FLOAT_BYTES, type Workspace } from "../../workspace.ts";
import { convolveFrames } from "../frames/convolve-frames.ts";
import { imagesAt } from "../geometry.ts";
import { gradientPhases, targetOfPhase, windowOfPhase, type Phase } from "./gradient-phases.ts";

/** Addresses; `gate` is the output of the ReLU that dy is to pass, or 0. */
export type InputGradientAddresses = { dy: number; gate: number; filter: number; dx: number };

/** dx [batch, inHeight, inWidth, inChannels] */
export function convolveInputGradient(
  workspace: Workspace,
  geometry: backend_util.Conv2DInfo,
  addresses: InputGradientAddresses,
): void {
  const { inShape, batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const phases = gradientPhases(geometry);
  const covered = phases.reduce((sum, { y, x }) => sum + y.count * x.count, 0);
  // Pixels that no tap meets have gradient zero.
  const size = inShape.reduce((a, b) => a * b);
  if (covered < inHeight * inWidth) workspace.floats(addresses.dx, size).fill(0);
  const whole = imagesAt(addresses.dx, inHeight, inWidth, inChannels);
  const { dy: address, gate } = addresses;
  for (const phase of phases) {
    convolveFrames(workspace, {
      source: { images: batchSize, height: outHeight, width: outWidth, channels: outChannels, address, gate },
      window: windowOfPhase(phase),
      pack: (panels, depth) => packTurned(workspace, geometry, phase, addresses.filter, panels, depth),
      bias: 0,
      clips: false,
      target: targetOfPhase(whole, phase),
    });
  }
}

/** The phase's taps from last to first, each [inChannels, outChannels] transposed. */
function packTurned(
  { kernels }: Workspace,
  { filterWidth, inChannels, outChannels }: backend_util.Conv2DInfo,
  { y, x }: Phase,
  filter: number,
  panels: number,
  depth: number,
): void {
  const pitch = outChannels * FLOAT_BYTES;
  let at = 0;
  for (let i = y.taps - 1; i >= 0; i--) {
    for (let j = x.taps - 1; j >= 0; j--, at += outChannels) {
      const tap = (y.firstTap + i * y.tapStep) * filterWidth + x.firstTap + j * x.tapStep;
      const from = filter + tap * inChannels * pitch;
      kernels.packPanels(outChannels, inChannels, from, 0, FLOAT_BYTES, pitch, panels, depth, at);
    }
  }
}
