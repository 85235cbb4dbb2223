// The elements of a tensor that came as JSON: flat, or nested as deep as the tensor has dimensions.

/**
 * Takes exactly `count` elements in row-major order. False when there are more or fewer, when they are nested deeper than
 * `depth` arrays, or as soon as `take` refuses one.
 */
export function takeElements(
  data: unknown,
  count: number,
  depth: number,
  take: (element: unknown, at: number) => boolean,
): boolean {
  let at = 0;
  const takeAll = (elements: readonly unknown[], deeper: number): boolean =>
    elements.every((element) =>
      Array.isArray(element) ? deeper > 0 && takeAll(element, deeper - 1) : at < count && take(element, at++),
    );
  return Array.isArray(data) && takeAll(data, depth - 1) && at === count;
}
