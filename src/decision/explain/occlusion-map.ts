// An occlusion map (Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks"): how far a label's
// score falls when a part of the input is covered. It needs nothing of the network but its answers, and one for each part.

import type { ScoreGrid } from "./score-grid.ts";

/** What one map may cost: so many covered inputs, and so many of their samples (four inputs of 1024 x 1024 grey). */
const MAX_OCCLUSIONS = 64;
const MAX_SAMPLES = 4 * 1024 * 1024;
/** A coarser grid says nothing; the largest colour input of all costs 28 million samples at this one. */
const MIN_SIDE = 3;

type Size = { height: number; width: number };

/** One preprocessed image; `background` has a sample for each channel, as preprocessing leaves it. */
export type OccludedInput = Size & { samplesHwc: Float32Array; background: Float32Array };

/** As many cells along one side as along the other, unless the input has fewer pixels. */
export function occlusionGrid({ height, width }: Size, channels: number): Size {
  const affordable = Math.min(MAX_OCCLUSIONS, MAX_SAMPLES / (height * width * channels));
  const side = Math.max(MIN_SIDE, Math.floor(Math.sqrt(affordable)));
  return { height: Math.min(side, height), width: Math.min(side, width) };
}

/**
 * Covers one cell of the grid after another with the background. `scoreAll` gives the label's score for each image of an
 * NHWC batch of at most `imagesPerPass`; `score` is the uncovered image's.
 */
export async function occlusionMap(
  input: OccludedInput,
  score: number,
  imagesPerPass: number,
  scoreAll: (inputNhwc: Float32Array) => readonly number[] | Promise<readonly number[]>,
): Promise<ScoreGrid> {
  const grid = occlusionGrid(input, input.background.length);
  const values = new Float64Array(grid.height * grid.width);
  const { length } = input.samplesHwc;
  for (let from = 0; from < values.length; from += imagesPerPass) {
    const images = Math.min(imagesPerPass, values.length - from);
    const inputNhwc = new Float32Array(images * length);
    for (let i = 0; i < images; i++) {
      const covered = inputNhwc.subarray(i * length, (i + 1) * length);
      covered.set(input.samplesHwc);
      cover(covered, input, grid, from + i);
    }
    const scores = await scoreAll(inputNhwc);
    values.set(
      scores.map((lower) => score - lower),
      from,
    );
  }
  return { ...grid, values };
}

function cover(samplesHwc: Float32Array, { height, width, background }: OccludedInput, grid: Size, cell: number): void {
  const row = Math.floor(cell / grid.width);
  const column = cell % grid.width;
  const left = edge(column, width, grid.width);
  const right = edge(column + 1, width, grid.width);
  for (let y = edge(row, height, grid.height); y < edge(row + 1, height, grid.height); y++) {
    for (let x = left; x < right; x++) samplesHwc.set(background, (y * width + x) * background.length);
  }
}

/** The first pixel of a cell. */
const edge = (cell: number, pixels: number, cells: number): number => Math.floor((cell * pixels) / cells);
