// The colours of a map: matplotlib's `plasma` (Smith and van der Walt, CC0), whose lightness rises evenly from blue over
// red to yellow, and which has no grey that an X-ray could be mistaken for.

/** RGB at nine even steps. */
const CORNERS = [
  [13, 8, 135],
  [75, 3, 161],
  [125, 3, 168],
  [168, 34, 150],
  [203, 70, 121],
  [229, 107, 93],
  [248, 148, 65],
  [253, 195, 40],
  [240, 249, 33],
];

export const PLASMA_STEPS = 256;

/** RGB of each step, the lowest first. Constant. */
export const PLASMA = Uint8Array.from({ length: 3 * PLASMA_STEPS }, (_, i) => {
  const at = (Math.floor(i / 3) / (PLASMA_STEPS - 1)) * (CORNERS.length - 1);
  const below = Math.min(Math.floor(at), CORNERS.length - 2);
  const [from, to] = [CORNERS[below][i % 3], CORNERS[below + 1][i % 3]];
  return Math.round(from + (at - below) * (to - from));
});
