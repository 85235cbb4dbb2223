// How long models take for one image: they take turns, so that whatever else the machine does meets all of them alike.

import { goldenInput } from "../../../src/model/load-model.ts";
import type { Model } from "../../../src/model/model.ts";

const ROUNDS = 300;
const LONGEST_MS = 3000;

/** V8 compiles code quickly first and well later. */
const WARM_UP_ROUNDS = 100;

/** The median of each in milliseconds; `now` is a clock in milliseconds. Large models have fewer rounds, at least one. */
export function timeInTurns(models: readonly Model[], now: () => number): number[] {
  const inputs = models.map(({ manifest }) => goldenInput(1, manifest.input));
  const times: number[][] = models.map(() => []);
  const begun = now();
  for (let round = 0; round < ROUNDS && (round === 0 || now() - begun < LONGEST_MS); round++) {
    for (const [i, model] of models.entries()) {
      const start = now();
      model.run(inputs[i]);
      times[i].push(now() - start);
    }
  }
  return times.map((each) => {
    const counted = each.slice(Math.min(WARM_UP_ROUNDS, each.length - 1)).toSorted((a, b) => a - b);
    return counted[Math.floor(counted.length / 2)];
  });
}
