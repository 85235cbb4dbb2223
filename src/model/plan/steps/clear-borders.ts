// Zeros, or the level that stands for zero, around an image, for windows that reach beyond it.

import { bytesOf, type Value } from "../operations/operation.ts";
import { hasBorders } from "../operations/place-values.ts";
import type { Emission, Step } from "./emission.ts";

/** Before every run, because other values lie in the same memory at other times. */
export function clearBorders(value: Value, emission: Emission): Step[] {
  const layout = emission.layoutOf(value);
  if (!hasBorders(layout)) return [];
  const { borders, pitch, stride } = layout;
  const bytes = bytesOf(value) * stride;
  const start = emission.addressOf(value);
  const zero = value.levels?.zeroPoint ?? 0;
  // The right border of a row and the left one of the next follow each other.
  const before = (borders.top * pitch + borders.left) * bytes;
  const between = (borders.left + borders.right) * bytes;
  const after = (borders.right + borders.bottom * pitch) * bytes;
  const firstGap = start + before + value.width * bytes;
  const end = start + bytesOf(value) * layout.length - after;
  const { fillRows } = emission.kernels;
  return [
    () => fillRows(1, before, start, 0, zero),
    () => fillRows(value.height - 1, between, firstGap, pitch * bytes, zero),
    () => fillRows(1, after, end, 0, zero),
  ];
}
