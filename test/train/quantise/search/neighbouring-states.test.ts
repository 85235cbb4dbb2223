import { expect, test } from "vitest";
import type { Layer } from "../../../../train/quantise/float-graph.ts";
import { coarserSteps, finerStates, timeOf } from "../../../../train/quantise/search/neighbouring-states.ts";
import type { Choice, State } from "../../../../train/quantise/search/trials.ts";

const layer = (name: string, read: string, multiplying: number): Layer => ({
  name,
  reads: [read],
  makes: name,
  work: { multiplying, storing: 50 },
});
const layers = [layer("a", "image", 50), layer("b", "a", 150), layer("c", "b", 650)];

const narrow: Choice = { method: "percentile", highest: 127 };
const wide: Choice = { method: "percentile", highest: 255 };
const stateOf = (taken: string[], widened: string[] = []): State => ({
  layers: new Set(taken),
  choices: new Map(["image", "a", "b", "c"].map((name) => [name, widened.includes(name) ? wide : narrow])),
});

test("time is 1 in float32, less on 7 bits and more on 8", () => {
  expect(timeOf(stateOf([]), layers)).toBe(1);
  expect(timeOf(stateOf(["a", "b", "c"]), layers)).toBeCloseTo(0.4);
  expect(timeOf(stateOf(["a", "b", "c"], ["b"]), layers)).toBeCloseTo(0.3 * 0.4 + 0.7 * 1.1);
});

test("what is made of levels and read as numbers, or the other way, is stored once more", () => {
  expect(timeOf(stateOf(["b", "c"]), layers)).toBeCloseTo(0.1 + 0.9 * 0.4 + 0.05);
  expect(timeOf(stateOf(["a", "c"]), layers)).toBeCloseTo(0.1 * 0.4 + 0.2 + 0.7 * 0.4 + 2 * 0.05);
});

test("finer is every run of layers in float32 but all of them, and every value in 8 bits", () => {
  const states = finerStates(stateOf(["a", "b", "c"], ["a"]), layers);
  expect(states.slice(0, -3).map((state) => [...state.layers].join(""))).toEqual(["bc", "c", "ac", "a", "ab"]);
  const widened = ({ choices }: State) =>
    [...choices].flatMap(([name, { highest }]) => (highest === 255 ? [name] : []));
  expect(states.slice(-3).map((state) => widened(state).join())).toEqual(["image,a", "a,b", "a,c"]);
});

test("what is in float32 already is no other state", () => {
  const states = finerStates(stateOf(["a", "c"], ["image", "a", "b", "c"]), layers);
  expect(states.map((state) => [...state.layers].join(""))).toEqual(["c", "c", "a", "a"]);
});

test("back go the layers with most work first, and then values", () => {
  const state = stateOf(["a"], ["b"]);
  const states = coarserSteps(state, layers).map((step) => step(state));
  expect(states.map((one) => [...one.layers].join(""))).toEqual(["ac", "ab", "a"]);
  expect(states[2].choices.get("b")).toEqual(narrow);
});
