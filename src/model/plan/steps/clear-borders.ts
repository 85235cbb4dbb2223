// Zeros around an image, for windows that reach beyond it.

import type { Value } from "../operations/operation.ts";
import { hasBorders } from "../operations/place-values.ts";
import type { Emission, Step } from "./emission.ts";

/** Before every run, because other values lie in the same memory at other times. */
export function clearBorders(value: Value, emission: Emission): Step[] {
  const layout = emission.layoutOf(value);
  if (!hasBorders(layout)) return [];
  const { borders, pitch, stride } = layout;
  const bytes = 4 * stride;
  const start = emission.addressOf(value);
  // The right border of a row and the left one of the next follow each other.
  const before = (borders.top * pitch + borders.left) * bytes;
  const between = (borders.left + borders.right) * bytes;
  const after = (borders.right + borders.bottom * pitch) * bytes;
  const firstGap = start + before + value.width * bytes;
  const end = start + 4 * layout.length - after;
  const { clearRows } = emission.kernels;
  return [
    () => clearRows(1, before, start, 0),
    () => clearRows(value.height - 1, between, firstGap, pitch * bytes),
    () => clearRows(1, after, end, 0),
  ];
}
