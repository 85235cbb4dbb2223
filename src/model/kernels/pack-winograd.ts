// Weights of 3x3 convolutions as assembly/winograd multiplies with them: transformed once, when a model is loaded.

import { PANEL_COLUMNS, toPanelWidth } from "./pack-panels.ts";

/** Output pixels along a side of a tile. */
export type Tile = 2 | 4;

/** Numbers of a window's transform: the matrices that are multiplied. */
export const matricesOf = (tile: Tile): number => (tile + 2) ** 2;

const NEAR = Math.SQRT1_2;
const FAR = Math.SQRT2;

/** G of Lavin & Gray 2015, section 4, for the points of the two kernels. Its rows are g(point) by what the others come to. */
const transforms: Record<Tile, readonly (readonly [number, number, number])[]> = {
  2: [[1, 0, 0], atPoint(1, 2), atPoint(-1, 2), [0, 0, 1]],
  4: [[1, 0, 0], atPoint(NEAR, -1.5), atPoint(-NEAR, -1.5), atPoint(FAR, 6), atPoint(-FAR, 6), [0, 0, 1]],
};

function atPoint(point: number, product: number): [number, number, number] {
  return [1 / product, point / product, point ** 2 / product];
}

type Size = { tile: Tile; channels: number; columns: number; group: number };

/** [3, 3, channels, columns] as [columns / 8 / group][16 or 36][group][channels][8], zeros where there is no column. */
export function packWinograd(kernel: Float32Array, { tile, channels, columns, group }: Size): Float32Array {
  const count = matricesOf(tile);
  const panels = toPanelWidth(columns) / PANEL_COLUMNS;
  const panelLength = channels * PANEL_COLUMNS;
  const packed = new Float32Array(count * panels * panelLength);
  const transform = transformer(kernel, tile, channels * columns);
  for (let panel = 0; panel < panels; panel++) {
    const first = panel - (panel % group);
    const step = Math.min(group, panels - first) * panelLength;
    const start = (first * count + panel - first) * panelLength;
    const width = Math.min(PANEL_COLUMNS, columns - panel * PANEL_COLUMNS);
    // Column after column of a row, as they are read and written.
    for (let channel = 0; channel < channels; channel++) {
      const from = channel * columns + panel * PANEL_COLUMNS;
      const to = start + channel * PANEL_COLUMNS;
      for (let column = 0; column < width; column++) transform(from + column, packed, to + column, step);
    }
  }
  return packed;
}

/** Of the nine weights that are `tap` apart in `kernel`; numbers that are `step` apart in `packed`. */
function transformer(
  kernel: Float32Array,
  tile: Tile,
  tap: number,
): (from: number, packed: Float32Array, to: number, step: number) => void {
  const rows = Float64Array.from(transforms[tile].flat());
  const length = rows.length;
  // [side][3]: columns are transformed before rows.
  const half = new Float64Array(length);
  return (from, packed, to, step) => {
    for (let x = 0; x < 3; x++) {
      const at = from + x * tap;
      const [a, b, c] = [kernel[at], kernel[at + 3 * tap], kernel[at + 6 * tap]];
      for (let i = 0; i < length; i += 3) half[i + x] = rows[i] * a + rows[i + 1] * b + rows[i + 2] * c;
    }
    let at = to;
    for (let i = 0; i < length; i += 3) {
      const [a, b, c] = [half[i], half[i + 1], half[i + 2]];
      for (let j = 0; j < length; j += 3) {
        packed[at] = rows[j] * a + rows[j + 1] * b + rows[j + 2] * c;
        at += step;
      }
    }
  };
}
