import { expect, test } from "vitest";
import { activations, linear } from "../../../../src/model/kernels/activation.ts";
import { fuseOperations } from "../../../../src/model/plan/operations/fuse-operations.ts";
import type { Single, Value } from "../../../../src/model/plan/operations/operation.ts";
import { value } from "../steps/run-operation.ts";

const [x, y, z, sum, last] = [0, 1, 2, 3, 4].map((id) => value(id, 2, 2, 1));
const padding = { top: 0, bottom: 0, left: 0, right: 0 };
const window = { size: [1, 1], strides: [1, 1], dilations: [1, 1], padding } as const;

const convolution = (from: Value, to: Value, weight = 2): Extract<Single, { kind: "convolution" }> => ({
  kind: "convolution",
  x: from,
  y: to,
  window,
  kernel: Float32Array.of(weight),
  bias: Float32Array.of(1),
  activation: linear,
});

const none = new Set<number>();

test("a sum and its activation go to the later of the two convolutions that it adds", () => {
  const operations: Single[] = [
    convolution(x, y),
    convolution(x, z),
    { kind: "add", a: y, b: z, y: sum, activation: linear },
    { kind: "activate", x: sum, y: last, activation: activations.relu },
  ];
  expect(fuseOperations(operations, none)).toEqual([
    convolution(x, y),
    { ...convolution(x, z), y: last, residual: y, activation: activations.relu },
  ]);
});

test("a sum of what it makes twice stays a sum", () => {
  const operations: Single[] = [convolution(x, y), { kind: "add", a: y, b: y, y: sum, activation: linear }];
  expect(fuseOperations(operations, none)).toEqual(operations);
});

test("a convolution with an activation of its own takes no sum", () => {
  const operations: Single[] = [
    { ...convolution(x, y), activation: activations.relu },
    { kind: "add", a: x, b: y, y: sum, activation: linear },
  ];
  expect(fuseOperations(operations, none)).toEqual(operations);
});

test("what somebody reads is still made", () => {
  const operations: Single[] = [convolution(x, y), { kind: "activate", x: y, y: z, activation: activations.relu }];
  expect(fuseOperations(operations, new Set([y.id]))).toEqual(operations);
  expect(fuseOperations(operations, none)).toEqual([{ ...convolution(x, z), activation: activations.relu }]);
});

test("x times its sigmoid is a swish, in either order, and goes to what makes x", () => {
  for (const [a, b] of [
    [y, z],
    [z, y],
  ]) {
    // prettier-ignore
    const operations: Single[] = [
      convolution(x, y),
      { kind: "activate", x: y, y: z, activation: activations.sigmoid },
      { kind: "product", a, b, y: last, activation: linear },
    ];
    expect(fuseOperations(operations, none)).toEqual([{ ...convolution(x, last), activation: activations.swish }]);
  }
});

const scaled = (from: Value, to: Value, multiplier: number, offset: number): Single => ({
  kind: "scale",
  x: from,
  y: to,
  multiplier: Float32Array.of(multiplier),
  offset: Float32Array.of(offset),
  activation: linear,
});

test("x times relu6(x + 3) / 6 is a hard swish, and goes to what makes x", () => {
  const [shifted, clamped, gate] = [10, 11, 12].map((id) => value(id, 2, 2, 1));
  const operations = (sixth: number): Single[] => [
    convolution(x, y),
    scaled(y, shifted, 1, 3),
    { kind: "activate", x: shifted, y: clamped, activation: activations.relu6 },
    scaled(clamped, gate, sixth, 0),
    { kind: "product", a: y, b: gate, y: last, activation: linear },
  ];
  expect(fuseOperations(operations(1 / 6), none)).toEqual([
    { ...convolution(x, last), activation: activations.hardSwish },
  ]);
  expect(fuseOperations(operations(1 / 5), none).map(({ kind }) => kind)).toEqual([
    "convolution",
    "scale",
    "scale",
    "product",
  ]);
});

test("a scale changes the weights before it", () => {
  expect(fuseOperations([convolution(x, y), scaled(y, z, 3, -1)], none)).toEqual([
    { ...convolution(x, z, 6), bias: Float32Array.of(2) },
  ]);
});
