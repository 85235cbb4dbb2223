import { array, assert, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { assignOffsets, type Lifetime } from "../../../../src/model/plan/operations/assign-offsets.ts";

test("what is never needed at the same time shares memory", () => {
  const lifetimes = [
    { id: 1, bytes: 640, from: 0, to: 1 },
    { id: 2, bytes: 320, from: 1, to: 2 },
    { id: 3, bytes: 640, from: 2, to: 3 },
  ];
  expect(assignOffsets(lifetimes)).toEqual({ offsets: new Map([[1, 0], [3, 0], [2, 640]]), bytes: 960 }); // prettier-ignore
});

test("a gap between two buffers is filled by one that fits", () => {
  const lifetimes = [
    { id: 1, bytes: 640, from: 0, to: 9 },
    { id: 2, bytes: 256, from: 0, to: 4 },
    { id: 3, bytes: 128, from: 5, to: 9 },
    { id: 4, bytes: 128, from: 5, to: 9 },
  ];
  expect(assignOffsets(lifetimes).bytes).toBe(896);
});

test("nothing takes no memory", () => {
  expect(assignOffsets([])).toEqual({ offsets: new Map(), bytes: 0 });
});

test("buffers that live at the same time never overlap, whatever their sizes", () => {
  const lifetime = record({
    bytes: integer({ min: 4, max: 5000 }),
    from: integer({ min: 0, max: 20 }),
    steps: integer({ min: 0, max: 8 }),
  });
  assert(
    property(array(lifetime, { maxLength: 30 }), (drawn) => {
      const lifetimes: Lifetime[] = drawn.map(({ bytes, from, steps }, id) => ({ id, bytes, from, to: from + steps }));
      const { offsets, bytes } = assignOffsets(lifetimes);
      const placed = lifetimes.map((buffer) => ({ ...buffer, offset: offsets.get(buffer.id) ?? -1 }));
      for (const [i, a] of placed.entries()) {
        expect(a.offset % 64).toBe(0);
        expect(a.offset + a.bytes).toBeLessThanOrEqual(bytes);
        for (const b of placed.slice(i + 1)) {
          const isApart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
          expect(isApart || a.to < b.from || b.to < a.from).toBe(true);
        }
      }
    }),
    { seed: 20260505, numRuns: 200 },
  );
});
