// The gradient of a convolution with respect to its filter and its bias.
import type { backend_util } from "@tensorflow/tfjs-core";
import { FLOAT_BYTES, PANEL, roundUp, TILE_ROWS, type Workspace } from "../../workspace.ts";
import { frame, frameBytes, lineBytes, type Source, type Window } from "../frames/frame.ts";
import { inputOf, windowOf } from "../geometry.ts";
import { cutIntoPieces } from "../frames/pieces.ts";

/** Addresses; `gate` is the output of the ReLU that dy is to pass, or 0. */
export type FilterGradientAddresses = { x: number; dy: number; gate: number; filterGradient: number };

/** A piece is read again for every tile, and so stays in the first cache. */
const PIECE_BYTES = 2 ** 15;

/** dW [filterHeight, filterWidth, inChannels, outChannels]: of every tap, the sum of outer products of pixels and dy. */
export function convolveFilterGradient(
  workspace: Workspace,
  geometry: backend_util.Conv2DInfo,
  { x, dy, gate, filterGradient }: FilterGradientAddresses,
): void {
  const { kernels } = workspace;
  const { outHeight, outWidth, outChannels, inChannels } = geometry;
  const source = inputOf(geometry, x);
  const window = windowOf(geometry);
  const { taps, strides, dilations } = window;
  const rows = taps[0] * taps[1] * inChannels;
  const [height, width] = [roundUp(rows, TILE_ROWS), roundUp(outChannels, PANEL)];
  const bytes = lineBytes(source, window) + outWidth * PANEL * FLOAT_BYTES;
  const pieces = cutIntoPieces(source.images, outHeight, bytes, PIECE_BYTES);
  const lines = Math.max(...pieces.map((piece) => piece.images * piece.lines));
  const [panels, lineOffsets, rowOffsets, frames, sums, places] = workspace.layOut(
    lines * outWidth * width * FLOAT_BYTES,
    lines * FLOAT_BYTES,
    height * FLOAT_BYTES,
    Math.max(...pieces.map((piece) => frameBytes(source, window, piece))),
    height * width * FLOAT_BYTES,
    rows * FLOAT_BYTES,
  );
  const pitch = outChannels * FLOAT_BYTES;
  const isOneLine = hasOneLine(source, window);
  workspace.floats(sums, height * width).fill(0);
  let laidOut = 0;
  for (const piece of pieces) {
    const { start, imagePitch, rowPitch, pixelPitch } = frame(workspace, source, window, piece, frames);
    const pixels = piece.images * piece.lines * outWidth;
    if (pixels !== laidOut) {
      const [down, across] = [dilations[0] * rowPitch, dilations[1] * pixelPitch];
      kernels.writeOffsets(taps[0], taps[1], inChannels, 0, down, across, FLOAT_BYTES, rowOffsets);
      const last = (taps[0] - 1) * down + (taps[1] - 1) * across + (inChannels - 1) * FLOAT_BYTES;
      kernels.writeOffsets(1, 1, height - rows, last, 0, 0, 0, rowOffsets + rows * FLOAT_BYTES);
      kernels.writeOffsets(piece.images, piece.lines, 1, 0, imagePitch, strides[0] * rowPitch, 0, lineOffsets);
      laidOut = pixels;
    }
    const at = (piece.image * outHeight + piece.line) * outWidth * pitch;
    kernels.packPanels(pixels, outChannels, dy + at, gate && gate + at, pitch, FLOAT_BYTES, panels, pixels, 0);
    const [count, length] = isOneLine ? [1, pixels] : [piece.images * piece.lines, outWidth];
    // prettier-ignore
    kernels.addOuterProducts(height, rowOffsets, outChannels, count, lineOffsets, length, strides[1] * pixelPitch, start, panels, sums, width * FLOAT_BYTES);
  }
  kernels.writeOffsets(1, 1, rows, 0, 0, 0, pitch, places);
  kernels.placeRows(rows, outChannels, sums, width * FLOAT_BYTES, filterGradient, places);
}

/** Whether output pixels follow each other in the images as they do in the output: all of them are one line then. */
function hasOneLine(source: Source, { taps, strides, top, left, height, width }: Window): boolean {
  const isPointwise = taps[0] * taps[1] * strides[0] * strides[1] === 1 && top === 0 && left === 0;
  return isPointwise && source.height === height && source.width === width;
}
