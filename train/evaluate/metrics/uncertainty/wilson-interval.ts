// The Wilson score interval of a proportion (Wilson 1927): unlike the normal one it holds near 0 and 1.

/** The 97.5 % quantile of the standard normal distribution, for a two-sided 95 % interval. */
const Z = 1.959963984540054;

/** The 95 % interval of `successes` out of `trials`, trials at least 1. */
export function wilsonInterval(successes: number, trials: number): [low: number, high: number] {
  const share = successes / trials;
  const scale = 1 + Z ** 2 / trials;
  const centre = share + Z ** 2 / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}
