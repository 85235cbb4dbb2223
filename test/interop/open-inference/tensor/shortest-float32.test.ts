import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toShortestFloat32 } from "../../../../src/interop/open-inference/tensor/shortest-float32.ts";

test.each([
  [0, 0],
  [0.9, 0.9],
  [Math.fround(0.1), 0.1],
  [Math.fround(3.3), 3.3],
  [-2.5, -2.5],
  [1 / 3, 0.33333334],
  [16777216, 16777216],
  [Math.fround(1e-45), 1.4013e-45],
  [Math.fround(3.4028234663852886e38), 3.4028235e38],
])("%f is written as %f", (value, written) => {
  expect(toShortestFloat32(value)).toBe(written);
});

test("whatever the value, what is written is the same FP32 value", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Math.fround(toShortestFloat32(value))).toBe(value);
    }),
    { seed: 20_261_122, numRuns: 2000 },
  );
});
