import { expect, test } from "vitest";
import { activations, linear } from "../../../../src/model/kernels/activation.ts";
import type { Single, Value } from "../../../../src/model/plan/operations/operation.ts";
import { useLevels } from "../../../../src/model/plan/operations/use-levels.ts";
import { value } from "../steps/run-operation.ts";

const levels = { scale: 0.5, zeroPoint: 10, highest: 127 } as const;
const [input, image, made, sum] = [0, 1, 2, 3].map((id) => value(id, 2, 2, 1));
const padding = { top: 0, bottom: 0, left: 0, right: 0 };

const convolution: Extract<Single, { kind: "convolution" }> = {
  kind: "convolution",
  x: image,
  y: made,
  window: { size: [1, 1], strides: [1, 1], dilations: [1, 1], padding },
  kernel: Float32Array.of(2),
  bias: Float32Array.of(1),
  activation: linear,
};

const use = (operations: readonly Single[], layers: string[], output: Value) =>
  useLevels(
    { input, operations, outputs: [output], nameOf: ({ id }) => String(id) },
    { layers: new Set(layers), values: new Map([1, 2, 3].map((id) => [String(id), levels])) },
  );

test("what is made as numbers is converted once for a layer of levels, and read as it was made by everybody else", () => {
  const curve: Single = { kind: "activate", x: input, y: image, activation: activations.relu };
  const add: Single = { kind: "add", a: made, b: image, y: sum, activation: linear };
  const [imageLevels, madeLevels] = [4, 5].map((id, i) => ({ ...[image, made][i], id, levels }));
  expect(use([curve, convolution, add], ["2"], sum)).toEqual([
    curve,
    { kind: "convert", x: image, y: imageLevels },
    { ...convolution, x: imageLevels, y: madeLevels },
    { kind: "convert", x: madeLevels, y: made },
    add,
  ]);
});

test("so is an output", () => {
  const curve: Single = { kind: "activate", x: input, y: image, activation: activations.relu };
  const [imageLevels, madeLevels] = [3, 4].map((id, i) => ({ ...[image, made][i], id, levels }));
  expect(use([curve, convolution], ["2"], image)).toEqual([
    curve,
    { kind: "convert", x: image, y: imageLevels },
    { ...convolution, x: imageLevels, y: madeLevels },
  ]);
});
