// What a 3x3 convolution costs directly and in tiles, counted in multiplications, and what it takes in memory: the same
// wherever a model is loaded, because nothing is timed.

import { toPanelWidth } from "../../../kernels/pack-panels.ts";
import { matricesOf, type Tile } from "../../../kernels/tile.ts";
import { bytesOf, type Convolution, type Value } from "../operation.ts";
import { planTiles } from "./plan-tiles.ts";

/** For each number that is transformed, on the way in or out: measured from 8 to 512 channels. */
const TRANSFORM_COST = 6;
/** For each weight that is read, from a third cache or from memory: measured on layers of 1 to 16 tiles. */
const WEIGHT_COST = 3;
/** What is counted as less than a tenth faster is not worth its memory. */
const WORTHWHILE = 0.9;

/** Fewer rows of a product take as long as these. */
const LEAST_ROWS = 4;

/** A layer that needs more is larger than any cache: it is computed directly. */
const MOST_SCRATCH_BYTES = 4 * 1024 * 1024;

/** Beyond this a transform may overflow where the sum does not; and NaN is not below it. */
const LARGEST_WEIGHT = 2 ** 64;

export type MadeConvolution = Convolution & { y: Value };

/** From one tile, or none, to a better one: the multiplications that it saves and the bytes that its weights take more. */
export type Improvement = { tile: Tile; saved: number; bytes: number };

/** In the order in which they can be made, each of which saves less for its bytes than the one before. */
export function worthwhileTiles(operation: MadeConvolution): Improvement[] {
  if (!canBeTransformed(operation)) return [];
  const direct = directCost(operation);
  const [small, large] = ([2, 4] as const).map((tile): Improvement => {
    const saved = direct - tileCost(operation, tile);
    const isGood = saved > (1 - WORTHWHILE) * direct && planTiles(operation, tile).scratchBytes <= MOST_SCRATCH_BYTES;
    return { tile, saved: isGood ? saved : 0, bytes: 4 * pairsOf(operation) * (matricesOf(tile) - 9) };
  });
  const further: Improvement = { tile: 4, saved: large.saved - small.saved, bytes: large.bytes - small.bytes };
  if (further.saved <= 0) return small.saved > 0 ? [small] : [];
  return further.saved / further.bytes > small.saved / small.bytes ? [large] : [small, further];
}

function canBeTransformed({ x, y, residual, window, kernel }: MadeConvolution): boolean {
  const { size, strides, dilations } = window;
  return (
    size.every((side) => side === 3) &&
    [...strides, ...dilations].every((step) => step === 1) &&
    // Vectors of channels are read whole, and no others are beside them in the matrices.
    x.channels % 4 === 0 &&
    [x, y, ...(residual ? [residual] : [])].every((value) => bytesOf(value) === 4) &&
    areSmall(kernel)
  );
}

/** By index: a function called for each weight takes longer than all else that is decided here. */
function areSmall(weights: Float32Array): boolean {
  for (let i = 0; i < weights.length; i++) if (!(Math.abs(weights[i]) < LARGEST_WEIGHT)) return false;
  return true;
}

/** Of an input and an output channel: each has nine weights, or one for each matrix. */
const pairsOf = ({ x, y }: MadeConvolution): number => x.channels * toPanelWidth(y.channels);

function directCost(operation: MadeConvolution): number {
  const { height, width } = operation.y;
  return 9 * pairsOf(operation) * (Math.max(height * width, LEAST_ROWS) + WEIGHT_COST);
}

function tileCost(operation: MadeConvolution, tile: Tile): number {
  const { x, y } = operation;
  const tiles = Math.ceil(y.height / tile) * Math.ceil(y.width / tile);
  const product = pairsOf(operation) * (Math.max(tiles, LEAST_ROWS) + WEIGHT_COST);
  const transforms = tiles * (x.channels + toPanelWidth(y.channels)) * TRANSFORM_COST;
  return matricesOf(tile) * (product + transforms);
}
