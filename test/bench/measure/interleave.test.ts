import { expect, test } from "vitest";
import { interleave } from "../../../bench/measure/interleave.ts";
import { median, quantile } from "../../../bench/measure/quantile.ts";

test("contestants take turns, each round begins with another one, and warm-up is not counted", async () => {
  const turns: string[] = [];
  const contestants = ["a", "b", "c"].map((name) => ({ name, run: () => turns.push(name) }));
  const times = await interleave(contestants, { warmUpRounds: 1, rounds: 3 });
  expect(turns.join("")).toBe("abcbcacababc");
  expect([...times].map(([name, samples]) => [name, samples.length])).toEqual([
    ["a", 3],
    ["b", 3],
    ["c", 3],
  ]);
});

test("what a contestant does before and after its turn is done around it, to the end of each promise", async () => {
  const done: string[] = [];
  const later = (what: string) => async () => {
    await Promise.resolve();
    done.push(what);
  };
  const contestant = { name: "a", before: later("before"), run: later("run"), after: later("after") };
  await interleave([contestant], { warmUpRounds: 0, rounds: 2 });
  expect(done.join(" ")).toBe("before run after before run after");
});

test("a quantile lies between the samples beside it, whatever their order", () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48, 12);
  expect(quantile([7], 0.95)).toBe(7);
});
