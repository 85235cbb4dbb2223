// What the readers of nodes share: what a node may read, and what it can turn out to be.

import type { Computation, Value } from "../../operations/operation.ts";
import type { Constant } from "../constants.ts";
import type { NodeDef } from "../node-def.ts";

/** A value under the shape that TensorFlow gives it, for a batch of one image. */
export type Tensor = { value: Value; shape: readonly number[] };

export type Known = Tensor | Constant;

/** A node and what it reads. */
export type NodeCall = { node: NodeDef; inputs: readonly Known[] };

/**
 * A computation and the shape of what it makes, or a value that is there already under another shape. Undefined is
 * whatever has no kernel.
 */
export type Lowered = { computation: Computation; shape: readonly number[] } | Tensor | Constant | undefined;

export const isTensor = (known: Known | undefined): known is Tensor => known !== undefined && "value" in known;

export const isFloats = (known: Known | undefined): known is Constant & { values: Float32Array } =>
  known !== undefined && "values" in known && known.dtype === "float32";

export const isIntegers = (known: Known | undefined): known is Constant & { values: Int32Array } =>
  known !== undefined && "values" in known && known.dtype === "int32";

/** [1, channels], [1, width, channels] or [1, height, width, channels] as an image; undefined for any other shape. */
export function toImage(shape: readonly number[]): Omit<Value, "id"> | undefined {
  const [batch, ...sizes] = shape;
  if (batch !== 1 || sizes.length < 1 || sizes.length > 3) return undefined;
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) return undefined;
  const channels = sizes.at(-1) ?? 1;
  const width = sizes.at(-2) ?? 1;
  const height = sizes.at(-3) ?? 1;
  return { height, width, channels };
}

/** Numbers of a shape. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
