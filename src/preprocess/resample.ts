// The weights of a separable resize along one axis: which source samples make each target sample, and how much.

/** Target sample = sum over i of weights[i] * source[start + i]; the weights sum to 1. */
export type Span = { start: number; weights: Float64Array };

export type Filter = "area" | "bilinear";

/**
 * Resizes the part of an axis from `from` to `from + extent` (fractions allowed) of `sourceLength` samples.
 * `area` weights a source sample by how much of it the target sample covers; `bilinear` is a triangle around the target
 * sample's centre, as wide as the reduction so that nothing is skipped over.
 */
export function resampleAxis(
  sourceLength: number,
  from: number,
  extent: number,
  targetLength: number,
  filter: Filter,
): Span[] {
  const step = extent / targetLength;
  return Array.from({ length: targetLength }, (_, target) => {
    const left = from + target * step;
    return filter === "area"
      ? areaSpan(sourceLength, left, left + step)
      : triangleSpan(sourceLength, left + step / 2, Math.max(1, step));
  });
}

function areaSpan(sourceLength: number, left: number, right: number): Span {
  // A centred crop's rounding can put its edge a hair outside the source.
  const start = Math.max(0, Math.min(Math.floor(left), sourceLength - 1));
  const end = Math.max(start + 1, Math.min(Math.ceil(right), sourceLength));
  const weights = new Float64Array(end - start);
  for (let i = 0; i < weights.length; i++)
    weights[i] = Math.max(0, Math.min(right, start + i + 1) - Math.max(left, start + i));
  return { start, weights: normalise(weights) };
}

function triangleSpan(sourceLength: number, centre: number, radius: number): Span {
  const start = Math.max(0, Math.floor(centre - radius));
  const end = Math.min(sourceLength, Math.ceil(centre + radius));
  const weights = new Float64Array(end - start);
  for (let i = 0; i < weights.length; i++) weights[i] = Math.max(0, 1 - Math.abs(start + i + 0.5 - centre) / radius);
  return { start, weights: normalise(weights) };
}

/** Samples beyond the edge are left out, so what is there must still sum to 1. */
function normalise(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
