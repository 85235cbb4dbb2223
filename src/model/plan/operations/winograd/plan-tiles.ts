// How many tiles of a convolution are computed at a time, and what lies in memory meanwhile.

import { PANEL_COLUMNS, toPanelWidth } from "../../../kernels/pack-panels.ts";
import { matricesOf, type Tile } from "../../../kernels/tile.ts";
import type { Value } from "../operation.ts";

/** The windows of a block stay in half of a second cache of 512 KiB, unless there were few rows to a matrix then. */
const WINDOW_BYTES = 256 * 1024;
const LEAST_BLOCK = 24;
/** What is multiplied before it is transformed takes the other half. More than 32 panels at a time gain nothing. */
const PRODUCT_BYTES = 256 * 1024;
const MOST_PANELS = 32;

/** Of assembly/winograd/winograd.ts: what lies behind a matrix, rows that are read and written beyond a block, and vectors. */
const [GAP_BYTES, ROWS_BEYOND, VECTORS_BYTES] = [64, 3, 36 * 16];

/** `block` tiles and `group` panels of 8 output channels at a time. */
export type TilePlan = { tile: Tile; block: number; group: number; scratchBytes: number };

export function planTiles({ x, y }: { x: Value; y: Value }, tile: Tile): TilePlan {
  const tiles = Math.ceil(y.height / tile) * Math.ceil(y.width / tile);
  const matrices = matricesOf(tile);
  const most = Math.max(LEAST_BLOCK, Math.floor(WINDOW_BYTES / (4 * matrices * x.channels)));
  const block = Math.ceil(tiles / Math.ceil(tiles / most));
  const rows = block + ROWS_BEYOND;
  const [windowBytes, productBytes] = [x.channels, PANEL_COLUMNS].map((length) => 4 * rows * length + GAP_BYTES);
  const fitting = Math.floor(PRODUCT_BYTES / (matrices * productBytes));
  const group = Math.max(1, Math.min(fitting, MOST_PANELS, toPanelWidth(y.channels) / PANEL_COLUMNS));
  return { tile, block, group, scratchBytes: VECTORS_BYTES + matrices * (windowBytes + group * productBytes) };
}
