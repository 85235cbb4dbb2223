// The pixels that a convolution's taps meet: a window of each image, with zeros where it has none.
import { FLOAT_BYTES, type Workspace } from "../../workspace.ts";
import type { Piece } from "./pieces.ts";

/** Images [images, height, width, channels]; where `gate` is not 0, only what the output of a ReLU at it let through. */
export type Source = {
  images: number;
  height: number;
  width: number;
  channels: number;
  address: number;
  gate: number;
};

/** How output pixels and taps step through frames that begin `top` and `left` pixels before the images. */
export type Window = {
  top: number;
  left: number;
  strides: readonly [down: number, across: number];
  taps: readonly [down: number, across: number];
  dilations: readonly [down: number, across: number];
  /** Output pixels. */
  height: number;
  width: number;
};

/** Where the frames of a piece begin, and their pitches in bytes. */
export type Frames = { start: number; imagePitch: number; rowPitch: number; pixelPitch: number };

/** Pixels along an axis from the first that a tap meets to the last. */
const reach = (pixels: number, stride: number, taps: number, dilation: number): number =>
  (pixels - 1) * stride + (taps - 1) * dilation + 1;

const frameWidth = ({ width, strides, taps, dilations }: Window) => reach(width, strides[1], taps[1], dilations[1]);

const frameHeight = ({ strides, taps, dilations }: Window, lines: number) =>
  reach(lines, strides[0], taps[0], dilations[0]);

/** Whether every pixel that a tap meets is in the images as they are. */
export function needsNoFrame(source: Source, window: Window): boolean {
  const { top, left, height } = window;
  const fits = frameWidth(window) <= source.width && frameHeight(window, height) <= source.height;
  return top === 0 && left === 0 && fits && source.gate === 0;
}

/** The room that a piece's frames take; none if they are not needed. */
export function frameBytes(source: Source, window: Window, { images, lines }: Piece): number {
  if (needsNoFrame(source, window)) return 0;
  return images * frameHeight(window, lines) * frameWidth(window) * source.channels * FLOAT_BYTES;
}

/** What an output line takes of a frame, roughly: lines share rows. */
export const lineBytes = (source: Source, window: Window): number =>
  window.strides[0] * frameWidth(window) * source.channels * FLOAT_BYTES;

/** Lays a piece's frames out at `address`, where there is room for them, or points into the images if that will do. */
export function frame(
  { kernels }: Workspace,
  source: Source,
  window: Window,
  { image, images, line, lines }: Piece,
  address: number,
): Frames {
  const { height, width, channels } = source;
  const pixelPitch = channels * FLOAT_BYTES;
  const imageBytes = height * width * pixelPitch;
  const firstRow = line * window.strides[0];
  if (needsNoFrame(source, window)) {
    const start = source.address + image * imageBytes + firstRow * width * pixelPitch;
    return { start, imagePitch: imageBytes, rowPitch: width * pixelPitch, pixelPitch };
  }
  const [rows, columns] = [frameHeight(window, lines), frameWidth(window)];
  const from = source.address + image * imageBytes;
  const gate = source.gate && source.gate + image * imageBytes;
  const top = window.top - firstRow;
  kernels.frameImages(images, height, width, channels, from, gate, top, window.left, rows, columns, address);
  const rowPitch = columns * pixelPitch;
  return { start: address, imagePitch: rows * rowPitch, rowPitch, pixelPitch };
}
