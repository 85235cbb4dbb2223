// Windows without weights, and nodes that move numbers or only call them by another shape.

import {
  countOf,
  isIntegers,
  isFloats,
  isTensor,
  toImage,
  type Known,
  type Lowered,
  type NodeCall,
} from "./lowering.ts";
import { flagOf, integersOf } from "../node-def.ts";
import { readWindow, spatial } from "./read-window.ts";

export const lowerIdentity = ({ inputs: [x] }: NodeCall): Lowered => x;

export function lowerPool({ node, inputs: [x] }: NodeCall): Lowered {
  const size = spatial(integersOf(node, "ksize"));
  if (!isTensor(x) || x.shape.length !== 4 || !size) return undefined;
  const window = readWindow(node, x.value, size);
  if (!window) return undefined;
  const { made, dilations: _, ...moved } = window;
  const kind = node.op === "MaxPool" ? "maxPool" : "averagePool";
  return { computation: { kind, x: x.value, window: moved }, shape: [1, ...made, x.value.channels] };
}

/** Over height and width of images. */
export function lowerMean({ node, inputs: [x, axes] }: NodeCall): Lowered {
  if (!isTensor(x) || x.shape.length !== 4 || !isIntegers(axes)) return undefined;
  const counted = Array.from(axes.values, (axis) => (axis < 0 ? axis + 4 : axis)).toSorted((a, b) => a - b);
  if (counted.join() !== "1,2") return undefined;
  const { height, width, channels } = x.value;
  const window = { size: [height, width], strides: [1, 1], padding: NO_BORDERS } as const;
  const shape = flagOf(node, "keep_dims") ? [1, 1, 1, channels] : [1, channels];
  return { computation: { kind: "averagePool", x: x.value, window }, shape };
}

const NO_BORDERS = { top: 0, bottom: 0, left: 0, right: 0 };

export function lowerReshape({ inputs: [x, target] }: NodeCall): Lowered {
  if (!isTensor(x) || !isIntegers(target)) return undefined;
  const count = countOf(x.shape);
  const known = target.values.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const shape = Array.from(target.values, (size) => (size === -1 ? count / known : size));
  return countOf(shape) === count ? renamed(x, shape) : undefined;
}

export function lowerSqueeze({ node, inputs: [x] }: NodeCall): Lowered {
  if (!isTensor(x)) return undefined;
  const named = [...integersOf(node, "squeeze_dims"), ...integersOf(node, "axis")];
  const rank = x.shape.length;
  const dropped = new Set(named.map((axis) => (axis < 0 ? axis + rank : axis)));
  // With none named all ones go, the batch among them.
  if (dropped.size === 0 || [...dropped].some((axis) => x.shape[axis] !== 1)) return undefined;
  return renamed(
    x,
    x.shape.filter((_, axis) => !dropped.has(axis)),
  );
}

export function lowerPad({ inputs: [x, borders, value] }: NodeCall): Lowered {
  if (!isTensor(x) || x.shape.length !== 4 || !isIntegers(borders) || borders.values.length !== 8) return undefined;
  if (value !== undefined && !(isFloats(value) && value.values[0] === 0)) return undefined;
  const [b0, b1, top, bottom, left, right, c0, c1] = borders.values;
  if (b0 || b1 || c0 || c1 || Math.min(top, bottom, left, right) < 0) return undefined;
  const { height, width, channels } = x.value;
  const shape = [1, top + height + bottom, left + width + right, channels];
  return { computation: { kind: "pad", x: x.value, borders: { top, bottom, left, right } }, shape };
}

/** Along the channels. */
export function lowerConcat({ inputs }: NodeCall): Lowered {
  const axis: Known | undefined = inputs.at(-1);
  const xs = inputs.slice(0, -1).filter((input) => isTensor(input));
  const [first] = xs;
  if (!first || xs.length !== inputs.length - 1 || !isIntegers(axis)) return undefined;
  const rank = first.shape.length;
  if (axis.values[0] !== rank - 1 && axis.values[0] !== -1) return undefined;
  const outer = first.shape.slice(0, -1);
  if (xs.some(({ shape }) => shape.slice(0, -1).join() !== outer.join())) return undefined;
  const values = xs.map(({ value }) => value);
  const channels = values.reduce((sum, value) => sum + value.channels, 0);
  return { computation: { kind: "concatenation", xs: values }, shape: [...outer, channels] };
}

/** The same value where its image stays what it is; else its numbers in another order of places. */
function renamed(x: Extract<Known, { value: object }>, shape: readonly number[]): Lowered {
  const image = toImage(shape);
  if (!image) return undefined;
  const { height, width, channels } = x.value;
  const isSame = image.height === height && image.width === width && image.channels === channels;
  return isSame ? { value: x.value, shape } : { computation: { kind: "reshape", x: x.value }, shape };
}
