// The variance of areas under ROC curves of one or more classifiers on the same samples (DeLong, DeLong and
// Clarke-Pearson 1988), by midranks as in Sun and Xu 2014, "Fast Implementation of DeLong's Algorithm".

/** `covariance` has a row and a column a classifier. */
export type DeLong = { areas: number[]; covariance: number[][] };

/** Undefined unless there are two positives and two negatives: the variance needs a spread of each. */
export function delong(scoresOf: readonly ArrayLike<number>[], isPositive: ArrayLike<number>): DeLong | undefined {
  const indices = Array.from({ length: isPositive.length }, (_, i) => i);
  const positives = indices.filter((i) => isPositive[i]);
  const negatives = indices.filter((i) => !isPositive[i]);
  const [m, n] = [positives.length, negatives.length];
  if (m < 2 || n < 2) return undefined;
  const placements = scoresOf.map((scores) => {
    const all = midranks([...positives, ...negatives].map((i) => scores[i]));
    const within = midranks(positives.map((i) => scores[i]));
    const without = midranks(negatives.map((i) => scores[i]));
    return {
      // For each positive the share of negatives below it; for each negative the share of positives above it.
      ofPositives: within.map((rank, i) => (all[i] - rank) / n),
      ofNegatives: without.map((rank, j) => 1 - (all[m + j] - rank) / m),
    };
  });
  return {
    areas: placements.map(({ ofPositives }) => mean(ofPositives)),
    covariance: placements.map((a) =>
      placements.map(
        (b) => covariance(a.ofPositives, b.ofPositives) / m + covariance(a.ofNegatives, b.ofNegatives) / n,
      ),
    ),
  };
}

/** Ranks from 1; equal values share the mean of their ranks. */
function midranks(values: readonly number[]): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).toSorted((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Unbiased. */
function covariance(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - meanA) * (b[i] - meanB), 0) / (a.length - 1);
}
