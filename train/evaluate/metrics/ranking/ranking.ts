// Samples in the order of their scores: sorted once, and read by every figure that depends on the order alone.

/** From the highest score to the lowest. Equal scores form one run; a figure may look only at the end of a run. */
export type Ranking = {
  /** Index of the sample at each rank. */
  order: Uint32Array;
  /** 1 where the sample at that rank is positive. */
  positives: Uint8Array;
  /** One past the last rank of each run. */
  runEnds: Uint32Array;
  /** The score of each run. */
  runScores: Float64Array;
};

/** How often each sample counts, by its index; once when absent. */
export type Weights = ArrayLike<number> | undefined;

export function rankScores(scores: ArrayLike<number>, isPositive: ArrayLike<number>): Ranking {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).toSorted(
    (a, b) => scores[b] - scores[a] || a - b,
  );
  const runEnds: number[] = [];
  for (let rank = 1; rank <= order.length; rank++) {
    if (rank === order.length || scores[order[rank]] !== scores[order[rank - 1]]) runEnds.push(rank);
  }
  return {
    order,
    positives: Uint8Array.from(order, (index) => isPositive[index]),
    runEnds: Uint32Array.from(runEnds),
    runScores: Float64Array.from(runEnds, (end) => scores[order[end - 1]]),
  };
}

/** Calls `visit` after each run with the positives and negatives ranked so far. */
export function walkRuns(
  { order, positives, runEnds }: Ranking,
  weights: Weights,
  visit: (truePositives: number, falsePositives: number, run: number) => void,
): void {
  let truePositives = 0;
  let falsePositives = 0;
  let rank = 0;
  for (let run = 0; run < runEnds.length; run++) {
    for (; rank < runEnds[run]; rank++) {
      const weight = weights ? weights[order[rank]] : 1;
      if (positives[rank]) truePositives += weight;
      else falsePositives += weight;
    }
    visit(truePositives, falsePositives, run);
  }
}
