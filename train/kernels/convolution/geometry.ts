// A convolution's shapes as its kernels need them.
import type { backend_util } from "@tensorflow/tfjs-core";
import { FLOAT_BYTES } from "../workspace.ts";
import type { Target } from "./frames/convolve-frames.ts";
import type { Source, Window } from "./frames/frame.ts";

type Geometry = backend_util.Conv2DInfo;

/** The images that are convolved. */
export const inputOf = ({ batchSize, inHeight, inWidth, inChannels }: Geometry, address: number): Source => ({
  images: batchSize,
  height: inHeight,
  width: inWidth,
  channels: inChannels,
  address,
  gate: 0,
});

/** How output pixels see the images. */
export const windowOf = (geometry: Geometry): Window => ({
  top: geometry.padInfo.top,
  left: geometry.padInfo.left,
  strides: [geometry.strideHeight, geometry.strideWidth],
  taps: [geometry.filterHeight, geometry.filterWidth],
  dilations: [geometry.dilationHeight, geometry.dilationWidth],
  height: geometry.outHeight,
  width: geometry.outWidth,
});

/** Images [height, width, channels] one after the other. */
export function imagesAt(start: number, height: number, width: number, channels: number): Target {
  const pixelPitch = channels * FLOAT_BYTES;
  return { start, imagePitch: height * width * pixelPitch, rowPitch: width * pixelPitch, pixelPitch, channels };
}
