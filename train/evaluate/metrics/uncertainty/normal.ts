// The normal distribution, as far as intervals and tests need it.

/** The 97.5 % quantile of the standard normal distribution, for two-sided 95 % intervals. */
export const Z95 = 1.959963984540054;

/** How likely a standard normal value is at least as far from 0 as `z`, on either side. */
export function twoSidedP(z: number): number {
  return complementaryError(Math.abs(z) / Math.SQRT2);
}

/** erfc for x >= 0 by its continued fraction where that is fast, by the series of erf below. */
function complementaryError(x: number): number {
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 80; n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}
