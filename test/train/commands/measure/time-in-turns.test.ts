import { expect, test } from "vitest";
import type { Model } from "../../../../src/model/model.ts";
import { timeInTurns } from "../../../../train/commands/measure/time-in-turns.ts";
import { exampleManifest } from "../../../bundle/example-manifest.ts";

/** Models on a clock that only they move. */
function onClock(...durationsMs: number[][]) {
  let time = 0;
  const turns: number[] = [];
  const models = durationsMs.map((durations, which): Model => {
    let runs = 0;
    return {
      manifest: exampleManifest,
      run: () => {
        time += durations[Math.min(runs++, durations.length - 1)];
        turns.push(which);
        return [];
      },
    } as unknown as Model;
  });
  return { models, now: () => time, turns };
}

test("models take turns, and each has its median without the rounds that warm it up", () => {
  const { models, now, turns } = onClock([...Array.from({ length: 100 }, () => 9), 2], [1]);
  expect(timeInTurns(models, now)).toEqual([2, 1]);
  expect(turns.slice(0, 4)).toEqual([0, 1, 0, 1]);
  expect(turns).toHaveLength(600);
});

test("a model that takes long has few rounds, and one at least", () => {
  const slow = onClock([5000]);
  expect(timeInTurns(slow.models, slow.now)).toEqual([5000]);
  expect(slow.turns).toHaveLength(1);
  const slower = onClock([1000, 400, 800]);
  expect(timeInTurns(slower.models, slower.now)).toEqual([800]);
});
