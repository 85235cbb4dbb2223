// Numbers that were summed in another order: close where they are finite, the same where they are not.

import { expect } from "vitest";

/** Of float32 sums of a few thousand products. */
const TOLERANCE = 2e-5;

/** `scale` is the size of what was summed, where results can be much smaller than that. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, scale = 1): void {
  expect(actual.length).toBe(expected.length);
  const wrong = Array.from(expected, (wanted, i) => {
    const got = actual[i];
    const isSame = Number.isFinite(wanted)
      ? Math.abs(got - wanted) <= TOLERANCE * Math.max(scale, Math.abs(wanted))
      : Object.is(got, wanted);
    return isSame ? undefined : { i, got, wanted };
  }).filter((difference) => difference !== undefined);
  expect(wrong.slice(0, 5)).toEqual([]);
}
