// Convolutions as products of matrices, with no unfolded copy of the images: rows of the product are where windows begin.
import { FLOAT_BYTES, PANEL, roundUp, type Workspace } from "../../workspace.ts";
import { frame, frameBytes, lineBytes, type Source, type Window } from "./frame.ts";
import { cutIntoPieces } from "./pieces.ts";

/** Where output pixels go: their first, and the bytes between images, rows and pixels. */
export type Target = { start: number; imagePitch: number; rowPitch: number; pixelPitch: number; channels: number };

export type Convolution = {
  source: Source;
  window: Window;
  /** Packs the weights [taps, source.channels, target.channels] into panels of that depth. */
  pack: (panels: number, depth: number) => void;
  /** [target.channels], or 0 for none. */
  bias: number;
  clips: boolean;
  target: Target;
};

/** Half of the second cache, so that panels of weights have room beside. */
const PIECE_BYTES = 2 ** 18;
/** Rows that pass over one panel before the next does: what they read stays in the first cache. */
const BLOCK_BYTES = 2 ** 15;

export function convolveFrames(workspace: Workspace, { source, window, pack, bias, clips, target }: Convolution): void {
  const { kernels } = workspace;
  const { taps, strides, dilations, width } = window;
  const depth = taps[0] * taps[1] * source.channels;
  // The taps of a row lie side by side unless they are pulled apart.
  const isRowWhole = dilations[1] === 1 || taps[1] === 1;
  const segments = isRowWhole ? taps[0] : taps[0] * taps[1];
  const columns = roundUp(target.channels, PANEL);
  const isWhole = columns === target.channels;
  const pieces = cutIntoPieces(source.images, window.height, lineBytes(source, window), PIECE_BYTES);
  const pixels = Math.max(...pieces.map((piece) => piece.images * piece.lines)) * width;
  const [panels, biases, segmentOffsets, rows, places, frames, scratchPlaces, scratch] = workspace.layOut(
    depth * columns * FLOAT_BYTES,
    columns * FLOAT_BYTES,
    segments * FLOAT_BYTES,
    pixels * FLOAT_BYTES,
    pixels * FLOAT_BYTES,
    Math.max(...pieces.map((piece) => frameBytes(source, window, piece))),
    isWhole ? 0 : pixels * FLOAT_BYTES,
    isWhole ? 0 : pixels * columns * FLOAT_BYTES,
  );
  pack(panels, depth);
  const biasValues = workspace.floats(biases, columns).fill(0);
  if (bias) biasValues.set(workspace.floats(bias, target.channels));
  const pixelDepth = depth / (taps[0] * taps[1]) * strides[1] * FLOAT_BYTES; // prettier-ignore
  const block = roundUp(Math.max(1, BLOCK_BYTES / (pixelDepth * taps[0])), 6);
  let laidOut = 0;
  for (const piece of pieces) {
    const { images, lines } = piece;
    const { start, imagePitch, rowPitch, pixelPitch } = frame(workspace, source, window, piece, frames);
    const count = images * lines * width;
    if (count !== laidOut) {
      const [down, across] = [dilations[0] * rowPitch, dilations[1] * pixelPitch];
      kernels.writeOffsets(1, taps[0], isRowWhole ? 1 : taps[1], 0, 0, down, across, segmentOffsets);
      const [lineStep, pixelStep] = [strides[0] * rowPitch, strides[1] * pixelPitch];
      kernels.writeOffsets(images, lines, width, 0, imagePitch, lineStep, pixelStep, rows);
      kernels.writeOffsets(images, lines, width, 0, target.imagePitch, target.rowPitch, target.pixelPitch, places);
      if (!isWhole) kernels.writeOffsets(1, 1, count, 0, 0, 0, columns * FLOAT_BYTES, scratchPlaces);
      laidOut = count;
    }
    const to = target.start + piece.image * target.imagePitch + piece.line * target.rowPitch;
    const [output, outputPlaces] = isWhole ? [to, places] : [scratch, scratchPlaces];
    const clip = clips ? 1 : 0;
    if (segments === 1) {
      // prettier-ignore
      kernels.multiply(count, columns, depth, start, rows, panels, biases, output, outputPlaces, 0, 0, block, clip, 0, Infinity);
    } else {
      // prettier-ignore
      kernels.convolve(count, columns, depth / segments, segmentOffsets, segments, start, rows, panels, biases, output, outputPlaces, 0, 0, block, clip, 0, Infinity);
    }
    if (!isWhole) kernels.placeRows(count, target.channels, scratch, columns * FLOAT_BYTES, to, places);
  }
}
