// A separable resize fed row by row from the top, so that a large image never stands a second time in memory.

import type { Span } from "./resample.ts";

/**
 * Gives target height x target width x channels samples. `readRow(y, row)` fills `row` (source width x channels) and is
 * called once for each source row that counts, in order.
 */
export function resizeRows(
  source: { width: number; height: number; channels: number },
  horizontal: readonly Span[],
  vertical: readonly Span[],
  readRow: (y: number, row: Float64Array) => void,
): Float64Array {
  const { channels } = source;
  const rowLength = horizontal.length * channels;
  const resized = new Float64Array(vertical.length * rowLength);
  const row = new Float64Array(source.width * channels);
  const narrowRow = new Float64Array(rowLength);

  let first = 0;
  for (let y = vertical[0].start; first < vertical.length && y < source.height; y++) {
    readRow(y, row);
    resizeRow(row, channels, horizontal, narrowRow);
    for (let t = first; t < vertical.length && vertical[t].start <= y; t++) {
      const { start, weights } = vertical[t];
      if (y - start < weights.length) addScaled(narrowRow, weights[y - start], resized, t * rowLength);
    }
    while (first < vertical.length && vertical[first].start + vertical[first].weights.length <= y + 1) first++;
  }
  return resized;
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
