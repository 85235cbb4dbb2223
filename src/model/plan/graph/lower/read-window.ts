// How a window moves over an image: strides, dilations, and the borders that TensorFlow's ways of padding come to.

import type { Borders, Pair, Value } from "../../operations/operation.ts";
import { integersOf, textOf, type NodeDef } from "../node-def.ts";

export type ReadWindow = {
  size: Pair;
  strides: Pair;
  dilations: Pair;
  padding: Borders;
  /** Height and width of what the window makes. */
  made: Pair;
};

/** Undefined for channels before pixels, and for what is not a window. */
export function readWindow(node: NodeDef, { height, width }: Value, size: Pair): ReadWindow | undefined {
  if ((textOf(node, "data_format") ?? "NHWC") !== "NHWC") return undefined;
  const strides = spatial(integersOf(node, "strides"));
  const dilations = spatial(integersOf(node, "dilations"));
  if (!strides || !dilations || !size.every(isPositive)) return undefined;
  const explicit = integersOf(node, "explicit_paddings");
  const along = (axis: 0 | 1, length: number) =>
    readAxis(textOf(node, "padding"), explicit.slice(2 + 2 * axis, 4 + 2 * axis), {
      length,
      reach: (size[axis] - 1) * dilations[axis] + 1,
      stride: strides[axis],
    });
  const rows = along(0, height);
  const columns = along(1, width);
  if (!rows || !columns) return undefined;
  const padding = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
  return { size, strides, dilations, padding, made: [rows.made, columns.made] };
}

type Axis = { length: number; reach: number; stride: number };

function readAxis(
  padding: string | undefined,
  explicit: number[],
  { length, reach, stride }: Axis,
): { before: number; after: number; made: number } | undefined {
  if (padding === "SAME") {
    const made = Math.ceil(length / stride);
    const total = Math.max(0, (made - 1) * stride + reach - length);
    const before = Math.floor(total / 2);
    return { before, after: total - before, made };
  }
  const [before, after] = padding === "EXPLICIT" ? explicit : padding === "VALID" ? [0, 0] : [];
  if (before === undefined || after === undefined || !(before >= 0) || !(after >= 0)) return undefined;
  const made = Math.floor((before + length + after - reach) / stride) + 1;
  return made > 0 ? { before, after, made } : undefined;
}

/** Of [batch, height, width, channels], of which windows move along the middle two; all ones where there is no list. */
export function spatial(axes: readonly number[]): Pair | undefined {
  if (axes.length === 0) return [1, 1];
  const [batch, height, width, channels] = axes;
  if (axes.length !== 4 || batch !== 1 || channels !== 1) return undefined;
  return isPositive(height) && isPositive(width) ? [height, width] : undefined;
}

const isPositive = (size: number): boolean => Number.isInteger(size) && size > 0;
