// McNemar's exact test: of the images on which two classifiers differ, is one right more often than chance would have it?

/** Two-sided p of `onlyA` against `onlyB` under a fair coin (McNemar 1947, exact binomial). */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  const trials = onlyA + onlyB;
  let logTerm = -trials * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(onlyA, onlyB); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((trials - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
