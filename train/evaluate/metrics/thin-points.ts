// Fewer points of a curve for a file that people open: evenly spaced ones, the first and the last among them.

/** At most `limit` of the points, in their order; `limit` is at least 2. */
export function thinPoints<Point>(points: readonly Point[], limit: number): Point[] {
  if (points.length <= limit) return [...points];
  return Array.from({ length: limit }, (_, i) => points[Math.round((i * (points.length - 1)) / (limit - 1))]);
}
