import { expect, test } from "vitest";
import { takeElements } from "../../../../src/interop/open-inference/tensor/json-elements.ts";

function take(data: unknown, count: number, depth = 2): unknown[] | undefined {
  const taken: unknown[] = [];
  const isTaken = takeElements(data, count, depth, (element, at) => {
    taken[at] = element;
    return element !== "refused";
  });
  return isTaken ? taken : undefined;
}

test("flat and nested data have the same order", () => {
  expect(take([1, 2, 4, 5], 4)).toEqual([1, 2, 4, 5]);
  expect(
    take(
      [
        [1, 2],
        [4, 5],
      ],
      4,
    ),
  ).toEqual([1, 2, 4, 5]);
});

test.each([
  ["one element too few", [1, 2, 3], 4],
  ["one element too many", [1, 2, 3, 4, 5], 4],
  ["nothing", [], 1],
  ["an element that is refused", [1, "refused"], 2],
  ["deeper nesting than the tensor has dimensions", [[[1]]], 1],
  ["no array", 1, 1],
  ["text", "12", 2],
  ["an object", { 0: 1, length: 1 }, 1],
])("%s is not taken", (_what, data, count) => {
  expect(take(data, count)).toBeUndefined();
});
