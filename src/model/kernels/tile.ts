// The tiles in which assembly/winograd computes 3x3 convolutions.

/** Output pixels along a side. */
export type Tile = 2 | 4;

/** Numbers that a window, and nine weights, are transformed to: as many matrices are multiplied. */
export const matricesOf = (tile: Tile): number => (tile + 2) ** 2;
