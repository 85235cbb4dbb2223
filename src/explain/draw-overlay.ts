// Lays a map over a picture: colours from the smallest value to the largest, the stronger the larger, smooth in between.

import type { ScoreGrid } from "../decision/explain/score-grid.ts";
import type { Rectangle } from "../preprocess/place-image.ts";
import type { Picture } from "./picture.ts";
import { PLASMA, PLASMA_STEPS } from "./plasma.ts";

/** How much of a pixel is the map's: the picture stays visible under both. */
const WEAKEST = 0.15;
const STRONGEST = 0.6;

/** The two cells that a pixel lies between, and how near it is to the second. */
type Between = { first: number; second: number; part: number };

/** `range` is of the grid's values, `area` where the grid lies, in the picture's pixels; outside it the picture stays as it is. */
export function drawOverlay(
  picture: Picture,
  grid: ScoreGrid,
  { minimum, maximum }: { minimum: number; maximum: number },
  area: Rectangle,
): Picture {
  const scale = maximum > minimum ? 1 / (maximum - minimum) : 0;
  const columns = placeCells(picture.width, area.x, area.width, grid.width);
  const rows = placeCells(picture.height, area.y, area.height, grid.height);
  const stretched = Array.from({ length: grid.height }, (_, y) =>
    stretch(grid.values.subarray(y * grid.width, (y + 1) * grid.width), columns),
  );
  const data = picture.data.slice();
  for (const [y, row] of rows.entries()) {
    if (!row) continue;
    const [above, below] = [stretched[row.first], stretched[row.second]];
    for (let x = 0; x < picture.width; x++) {
      if (!columns[x]) continue;
      const value = (above[x] + row.part * (below[x] - above[x]) - minimum) * scale;
      const weight = WEAKEST + (STRONGEST - WEAKEST) * value;
      const colour = 3 * Math.trunc(value * (PLASMA_STEPS - 1) + 0.5);
      const at = 3 * (y * picture.width + x);
      // Bytes are cut off, so a half more rounds them; Math.round takes five times as long.
      for (let c = 0; c < 3; c++) data[at + c] += weight * (PLASMA[colour + c] - data[at + c]) + 0.5;
    }
  }
  return { ...picture, data };
}

/** One entry a pixel, undefined outside the area. A cell's value stands at its centre; beyond the last centre it stays. */
function placeCells(pixels: number, from: number, extent: number, cells: number): (Between | undefined)[] {
  return Array.from({ length: pixels }, (_, pixel) => {
    const position = ((pixel + 0.5 - from) / extent) * cells;
    if (!(position >= 0 && position <= cells)) return undefined;
    const at = Math.min(Math.max(position - 0.5, 0), cells - 1);
    const first = Math.floor(at);
    return { first, second: Math.min(first + 1, cells - 1), part: at - first };
  });
}

/** A row of cells as a row of pixels. */
const stretch = (cells: Float64Array, columns: readonly (Between | undefined)[]): Float64Array =>
  Float64Array.from(columns, (between) =>
    between ? cells[between.first] + between.part * (cells[between.second] - cells[between.first]) : Number.NaN,
  );
