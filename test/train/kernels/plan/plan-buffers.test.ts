import { expect, test } from "vitest";
import { planBuffers, type Allocation, type Recording } from "../../../../train/kernels/plan/plan-buffers.ts";

const allocation = (bytes: number, from: number, to: number, isFreed = true): Allocation => ({
  bytes,
  from,
  to,
  isFreed,
});

/** Steps of 2 and 3 images that differ in the bytes of what each image has a share of. */
const two = (allocations: Allocation[]): Recording => ({ images: 2, allocations });
const three = (allocations: Allocation[]): Recording => ({ images: 3, allocations });

test("buffers that are not needed at the same time share memory, in sizes for the images asked for", () => {
  const plan = planBuffers(
    two([allocation(200, 1, 3), allocation(64, 2, 4), allocation(200, 4, 5)]),
    three([allocation(300, 1, 3), allocation(64, 2, 4), allocation(300, 4, 5)]),
    10,
  );
  expect(plan).toEqual({
    buffers: [
      { bytes: 1000, offset: 0, to: 3 },
      { bytes: 64, offset: 1024, to: 4 },
      { bytes: 1000, offset: 0, to: 5 },
    ],
    arenaBytes: 1088,
  });
});

test("what outlives a step has no place in the arena", () => {
  const plan = planBuffers(two([allocation(8, 1, 2, false)]), three([allocation(12, 1, 2, false)]), 1);
  expect(plan).toEqual({ buffers: [{ bytes: 4, offset: undefined, to: 2 }], arenaBytes: 0 });
});

test.for([
  ["allocates more", [allocation(8, 1, 2), allocation(8, 2, 2)]],
  ["allocates less", []],
  ["begins to use a buffer elsewhere", [allocation(8, 2, 2)]],
  ["uses a buffer longer", [allocation(8, 1, 3)]],
  ["keeps a buffer", [allocation(8, 1, 2, false)]],
] as const)("there is no plan where one of the steps %s", ([, allocations]) => {
  expect(planBuffers(two([allocation(8, 1, 2)]), three([...allocations]), 4)).toBeUndefined();
});
