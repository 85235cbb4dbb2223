// A separable resize fed row by row from the top, so that a large image never stands in memory whole.

import type { Span } from "./resample.ts";

export type RowResizer = {
  /** Whether the row that comes next counts; rows must be taken or skipped in order, each once. */
  isNextNeeded: () => boolean;
  /** Where the next row's samples belong (source width x channels), before `take`. */
  row: Float64Array;
  take: () => void;
  skip: () => void;
  /** Target height x target width x channels; complete when the last row that counts has been taken. */
  resized: Float64Array;
};

/** `vertical` has its spans from the top to the bottom of the source. */
export function createRowResizer(
  source: { width: number; channels: number },
  horizontal: readonly Span[],
  vertical: readonly Span[],
): RowResizer {
  const { channels } = source;
  const rowLength = horizontal.length * channels;
  const resized = new Float64Array(vertical.length * rowLength);
  const row = new Float64Array(source.width * channels);
  const narrowRow = new Float64Array(rowLength);

  let y = 0;
  let first = 0;
  return {
    row,
    resized,
    isNextNeeded: () => first < vertical.length && vertical[first].start <= y,
    skip: () => void y++,
    take() {
      resizeRow(row, channels, horizontal, narrowRow);
      for (let t = first; t < vertical.length && vertical[t].start <= y; t++) {
        const { start, weights } = vertical[t];
        if (y - start < weights.length) addScaled(narrowRow, weights[y - start], resized, t * rowLength);
      }
      y++;
      while (first < vertical.length && vertical[first].start + vertical[first].weights.length <= y) first++;
    },
  };
}

function resizeRow(row: Float64Array, channels: number, horizontal: readonly Span[], target: Float64Array): void {
  target.fill(0);
  for (let x = 0; x < horizontal.length; x++) {
    const { start, weights } = horizontal[x];
    for (let i = 0, at = start * channels; i < weights.length; i++) {
      for (let c = 0; c < channels; c++) target[x * channels + c] += weights[i] * row[at++];
    }
  }
}

function addScaled(row: Float64Array, weight: number, target: Float64Array, offset: number): void {
  for (let i = 0; i < row.length; i++) target[offset + i] += weight * row[i];
}
