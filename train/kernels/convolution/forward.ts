// The convolution itself, with bias and ReLU.
import type { backend_util } from "@tensorflow/tfjs-core";
import { FLOAT_BYTES, type Workspace } from "../workspace.ts";
import { convolveFrames } from "./frames/convolve-frames.ts";
import { imagesAt, inputOf, windowOf } from "./geometry.ts";

/** Addresses; no bias is 0. */
export type ForwardAddresses = { x: number; filter: number; bias: number; y: number };

/** y [batch, outHeight, outWidth, outChannels] */
export function convolveForward(
  workspace: Workspace,
  geometry: backend_util.Conv2DInfo,
  { x, filter, bias, y }: ForwardAddresses,
  clips: boolean,
): void {
  const { outHeight, outWidth, outChannels } = geometry;
  const pitch = outChannels * FLOAT_BYTES;
  convolveFrames(workspace, {
    source: inputOf(geometry, x),
    window: windowOf(geometry),
    pack: (panels, depth) =>
      workspace.kernels.packPanels(depth, outChannels, filter, 0, pitch, FLOAT_BYTES, panels, depth, 0),
    bias,
    clips,
    target: imagesAt(y, outHeight, outWidth, outChannels),
  });
}
