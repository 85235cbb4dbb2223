// Weights in the order in which the matrix kernels read them, packed once when a model is loaded.

/** Columns of one tile. */
export const PANEL_COLUMNS = 8;

export const toPanelWidth = (columns: number): number => Math.ceil(columns / PANEL_COLUMNS) * PANEL_COLUMNS;

/** A row-major matrix [depth, columns] as panels [columns / 8][depth][8], zeros where the last panel has no column. */
export function packPanels(matrix: Float32Array, depth: number, columns: number): Float32Array {
  const panels = new Float32Array(depth * toPanelWidth(columns));
  for (let first = 0; first < columns; first += PANEL_COLUMNS) {
    const width = Math.min(PANEL_COLUMNS, columns - first);
    let to = first * depth;
    // By index: a subarray for each row of a panel takes half as long again.
    for (let from = first; from < matrix.length; from += columns) {
      for (let column = 0; column < width; column++) panels[to + column] = matrix[from + column];
      to += PANEL_COLUMNS;
    }
  }
  return panels;
}

/** A vector with zeros up to whole panels. */
export function padToPanels(vector: Float32Array): Float32Array {
  const padded = new Float32Array(toPanelWidth(vector.length));
  padded.set(vector);
  return padded;
}

const LANES = 4;

/** [taps, channels] and a bias as [width / 4][1 + taps][4], the bias first, zeros where `width` has no channel. */
export function packDepthwise(kernel: Float32Array, bias: Float32Array, width: number): Float32Array {
  const channels = bias.length;
  const taps = kernel.length / channels;
  const packed = new Float32Array(width * (1 + taps));
  for (let channel = 0; channel < channels; channel++) {
    const at = (channel - (channel % LANES)) * (1 + taps) + (channel % LANES);
    packed[at] = bias[channel];
    for (let tap = 0; tap < taps; tap++) packed[at + LANES * (1 + tap)] = kernel[tap * channels + channel];
  }
  return packed;
}
