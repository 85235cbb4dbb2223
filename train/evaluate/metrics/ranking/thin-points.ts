// Fewer points of a curve for a file that people open: its corners, and of those evenly spaced ones.

/** Leaves out the points between two others on a line along either axis; they say nothing that those do not. */
export function keepCorners<Point>(
  points: readonly Point[],
  x: (point: Point) => number,
  y: (point: Point) => number,
): Point[] {
  return points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined || after === undefined) return true;
    return [x, y].every((axis) => axis(before) !== axis(point) || axis(point) !== axis(after));
  });
}

/** At most `limit` of the points, in their order, the first and the last among them; `limit` is at least 2. */
export function thinPoints<Point>(points: readonly Point[], limit: number): Point[] {
  if (points.length <= limit) return [...points];
  return Array.from({ length: limit }, (_, i) => points[Math.round((i * (points.length - 1)) / (limit - 1))]);
}
