// What a plan computes: values that lie in one arena, and the operations that make one of others.

import type { Levels } from "../../../bundle/quantisation.ts";
import type { Activation } from "../../kernels/activation.ts";
import type { Tile } from "../../kernels/tile.ts";

/** Pixels around an image. */
export type Borders = { top: number; bottom: number; left: number; right: number };

/** A stride, a dilation or a window, in pixels: height, width. */
export type Pair = readonly [height: number, width: number];

/** One image's worth of numbers, of 32 bits or as levels. A row of features is an image of one pixel. */
export type Value = { id: number; height: number; width: number; channels: number; levels?: Levels };

export const bytesOf = ({ levels }: Value): 1 | 4 => (levels ? 1 : 4);

type Window = { size: Pair; strides: Pair; dilations: Pair; padding: Borders };

/** Row-major, as TensorFlow has them: output channels vary fastest. */
type Weights = { kernel: Float32Array; bias: Float32Array };

export type Convolution = {
  kind: "convolution";
  x: Value;
  /** Added to the sum before the activation. */
  residual?: Value;
  window: Window;
  activation: Activation;
  /** There where it is computed by Winograd's algorithm: `block` tiles of so many pixels a side, `group` panels, at a time. */
  winograd?: { tile: Tile; block: number; group: number; scratch: Value };
} & Weights;

export type Depthwise = { kind: "depthwise"; x: Value; window: Window; activation: Activation } & Weights;

export type Dense = { kind: "dense"; x: Value; activation: Activation } & Weights;

export type Pool = { kind: "maxPool" | "averagePool"; x: Value; window: Omit<Window, "dilations"> };

/** Number by number, of values of one size. */
export type Combination = { kind: "add" | "product"; a: Value; b: Value; activation: Activation };

/** x * multiplier + offset, one of each a channel. */
export type Scale = {
  kind: "scale";
  x: Value;
  multiplier: Float32Array;
  offset: Float32Array;
  activation: Activation;
};

/** x times the one number a channel that `by` has. */
export type Gate = { kind: "gate"; x: Value; by: Value; activation: Activation };

export type Activate = { kind: "activate"; x: Value; activation: Activation };

export type Softmax = { kind: "softmax"; x: Value };

/** The same numbers, row by row, as an image of another size. */
export type Reshape = { kind: "reshape"; x: Value };

/** Numbers to levels or levels to numbers: the one that y has and x has not. */
export type Convert = { kind: "convert"; x: Value };

/** Zeros around the image. */
export type Pad = { kind: "pad"; x: Value; borders: Borders };

/** The images' channels one after the other. */
export type Concatenation = { kind: "concatenation"; xs: Value[] };

export type Computation =
  | Convolution
  | Depthwise
  | Dense
  | Pool
  | Combination
  | Scale
  | Gate
  | Activate
  | Softmax
  | Reshape
  | Convert
  | Pad
  | Concatenation;

/** What has no kernel here: nodes that TensorFlow.js runs, on copies. */
export type Stock = { kind: "stock"; xs: Value[]; ys: Value[]; run: (xs: Float32Array[]) => Float32Array[] };

/**
 * A depthwise convolution between two others, `rows` rows of its output at a time: what the first two make is never whole,
 * and so stays in the processor's cache. Their values stand for the buffers of one strip.
 */
export type Strips = {
  kind: "strips";
  rows: number;
  /** Of the whole image between `expand` and `filter`. */
  expandedHeight: number;
  expand: Convolution & { y: Value };
  filter: Depthwise & { y: Value };
  project: Convolution & { y: Value };
};

/** A computation and the one value that it makes, or TensorFlow.js and all that it makes. */
export type Single = (Computation & { y: Value }) | Stock;

export type Operation = Single | (Strips & { y: Value });

/** The operations that one consists of. */
export const partsOf = (operation: Operation): Single[] =>
  operation.kind === "strips" ? [operation.expand, operation.filter, operation.project] : [operation];

export function readsOf(operation: Operation): Value[] {
  if (operation.kind === "strips") {
    const { expand, project } = operation;
    return [expand, project].flatMap(readsOf).filter(({ id }) => id !== operation.filter.y.id);
  }
  if ("xs" in operation) return operation.xs;
  if ("a" in operation) return [operation.a, operation.b];
  if ("by" in operation) return [operation.x, operation.by];
  return "residual" in operation && operation.residual ? [operation.x, operation.residual] : [operation.x];
}

/** The same operation, reading others in place of the values that it reads. */
export function readingOthers(operation: Single, otherFor: (value: Value) => Value): Single {
  if ("xs" in operation) return { ...operation, xs: operation.xs.map(otherFor) };
  if ("a" in operation) return { ...operation, a: otherFor(operation.a), b: otherFor(operation.b) };
  if ("by" in operation) return { ...operation, x: otherFor(operation.x), by: otherFor(operation.by) };
  if ("residual" in operation && operation.residual)
    return { ...operation, x: otherFor(operation.x), residual: otherFor(operation.residual) };
  return { ...operation, x: otherFor(operation.x) };
}

export const writesOf = (operation: Operation): Value[] => (operation.kind === "stock" ? operation.ys : [operation.y]);

/** What is in use while an operation runs and neither before nor after it. */
export function scratchOf(operation: Operation): Value[] {
  if (operation.kind === "strips") return [operation.expand.y, operation.filter.y];
  return operation.kind === "convolution" && operation.winograd ? [operation.winograd.scratch] : [];
}

/** How many weights an operation has, biases aside. */
export const weightsOf = (operation: Operation): number =>
  partsOf(operation).reduce((sum, part) => sum + ("kernel" in part ? part.kernel.length : 0), 0);
