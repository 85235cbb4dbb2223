// How the numbers that a network computes are spread, value by value: a histogram of each over the calibration images.

import type { Plan } from "../../src/model/plan/create-plan.ts";

/** `counts` are of equal parts between the least and the most. */
export type Spread = { least: number; most: number; counts: Float64Array };

const PARTS = 4096;

/** The images are run twice: for the ends, and for what lies between them. */
export function observeValues(
  plan: Plan,
  names: readonly string[],
  count: number,
  imageAt: (i: number) => Float32Array,
): Map<string, Spread> {
  const spreads = new Map(
    names.map((name) => [name, { least: Infinity, most: -Infinity, counts: new Float64Array(PARTS) }]),
  );
  const each = (look: (spread: Spread, numbers: Float32Array) => void) => {
    for (let i = 0; i < count; i++) {
      plan.run(imageAt(i), 0);
      for (const [name, spread] of spreads) look(spread, plan.read(name));
    }
  };
  each((spread, numbers) => {
    for (const number of numbers) {
      if (number < spread.least) spread.least = number;
      if (number > spread.most) spread.most = number;
    }
  });
  each(({ least, most, counts }, numbers) => {
    const parts = PARTS / (most - least || 1);
    for (const number of numbers) counts[Math.min(PARTS - 1, Math.floor((number - least) * parts))]++;
  });
  return spreads;
}
