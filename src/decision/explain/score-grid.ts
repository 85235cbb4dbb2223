// A map of what moved a label's score: one number for each cell of a grid that lies evenly over the graph's input.

/** Row by row from the top left. */
export type ScoreGrid = { height: number; width: number; values: Float64Array };

/** The smallest and the largest value. */
export function rangeOf({ values }: ScoreGrid): { minimum: number; maximum: number } {
  return values.reduce(
    ({ minimum, maximum }, value) => ({ minimum: Math.min(minimum, value), maximum: Math.max(maximum, value) }),
    { minimum: Infinity, maximum: -Infinity },
  );
}
