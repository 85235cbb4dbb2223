// Which layers take levels, of how many bits and of which range: whatever moves the logits least, measured on calibration
// images with the kernels that serve. No randomness: the same images, the same choice.

import type { Levels, Quantisation } from "../../src/bundle/quantisation.ts";
import type { Constant, Constants } from "../../src/model/plan/graph/constants.ts";
import { createPlan } from "../../src/model/plan/create-plan.ts";
import type { Heap } from "../../src/model/plan/heap.ts";
import { correctBiases, observeMeans } from "./correct-biases.ts";
import { chooseRange, RANGE_METHODS, type RangeMethod } from "./choose-range.ts";
import { findLayers, type FloatGraph, type Layer } from "./float-graph.ts";
import { observeValues } from "./observe-values.ts";

export type Images = { count: number; at: (i: number) => Float32Array };

export type Chosen = {
  quantisation: Quantisation;
  layers: Layer[];
  /** Of the graph, with the biases that the rounded weights want. */
  constants: Constants;
  /** By the names of values. */
  methods: ReadonlyMap<string, RangeMethod>;
  /** Layers that would take levels, and lost too much. */
  leftInFloat: string[];
  /** Mean squared error of the logits, over the variance that they have from image to image. */
  error: number;
};

export type Aims = {
  logits: string;
  /** Constants that stay what they are. */
  fixed: ReadonlySet<string>;
  /** Of the logits, as in `Chosen`: layers get finer levels, or none, until it is reached. */
  errorAtMost: number;
  /** All of them where it is absent. */
  methods?: readonly RangeMethod[];
  onProgress: (what: string, error: number) => void;
};

/** What is of no use is not kept: finer levels that gain less than this share of the error. */
const LEAST_GAIN = 0.05;

type Choice = { method: RangeMethod; highest: Levels["highest"] };
type Change = (before: State) => State;
type State = { choices: ReadonlyMap<string, Choice>; layers: ReadonlySet<string> };

/** Undefined for a graph that has no layer for levels. */
export function chooseQuantisation(
  graph: FloatGraph,
  heap: Heap,
  images: Images,
  { logits, fixed, errorAtMost, methods = RANGE_METHODS, onProgress }: Aims,
): Chosen | undefined {
  const layers = findLayers(graph, fixed);
  const names = [...new Set(layers.flatMap(({ reads, makes }) => [...reads, ...(makes === undefined ? [] : [makes])]))];
  const plain = createPlan({ ...graph, outputs: [...new Set([...graph.outputs, ...names])] }, heap);
  if (!plain || layers.length === 0) return undefined;
  const spreads = observeValues(plain, names, images.count, images.at);
  const means = observeMeans(plain, names, images.count, images.at);
  const expected = Array.from({ length: images.count }, (_, i) => {
    plain.run(images.at(i), 0);
    return plain.read(logits);
  });
  plain.dispose();

  const levels = new Map<string, Levels>();
  const levelsOf = (name: string, { method, highest }: Choice): Levels => {
    const key = `${name} ${method} ${highest}`;
    const spread = spreads.get(name);
    const known = levels.get(key) ?? (spread && chooseRange(spread, method, highest));
    if (!known) throw new Error("a value was not observed");
    levels.set(key, known);
    return known;
  };
  const toQuantisation = ({ choices, layers: chosen }: State): Quantisation => ({
    values: new Map([...choices].map(([name, choice]) => [name, levelsOf(name, choice)])),
    layers: chosen,
  });
  const variance = varianceOf(expected);
  const constantsFor = (chosen: ReadonlySet<string>): Map<string, Constant> => {
    const taken = layers.filter(({ name }) => chosen.has(name));
    const constants = new Map(graph.constants);
    for (const [name, values] of correctBiases(taken, graph.constants, means)) {
      constants.set(name, { shape: [values.length], dtype: "float32", values });
    }
    return constants;
  };
  const errorOf = (state: State): number => {
    const plan = createPlan(
      { ...graph, constants: constantsFor(state.layers), quantisation: toQuantisation(state) },
      heap,
    );
    if (!plan) throw new Error("the graph cannot be planned any more");
    let sum = 0;
    for (const [i, wanted] of expected.entries()) {
      plan.run(images.at(i), 0);
      const made = plan.read(logits);
      sum += wanted.reduce((total, value, k) => total + (value - made[k]) ** 2, 0);
    }
    plan.dispose();
    return sum / expected.length / variance;
  };
  const withChoice = ({ choices, ...state }: State, name: string, choice: Choice): State => ({
    ...state,
    choices: new Map([...choices, [name, choice]]),
  });

  const first: Choice = { method: methods[0], highest: 127 };
  let state: State = {
    choices: new Map(names.map((name) => [name, first])),
    layers: new Set(layers.map(({ name }) => name)),
  };
  let error = errorOf(state);
  onProgress("all layers of 7 bits", error);
  const measure = (changes: readonly Change[]) =>
    changes
      .map((change) => ({ change, reached: errorOf(change(state)) }))
      .filter(({ reached }) => reached < error)
      .toSorted((one, other) => one.reached - other.reached);

  for (const name of methods.length > 1 ? names : []) {
    const choices = methods.map(
      (method): Change =>
        (before) =>
          withChoice(before, name, { method, highest: 127 }),
    );
    const [best] = measure(choices);
    if (best) [state, error] = [best.change(state), best.reached];
  }
  onProgress("ranges chosen", error);

  /** Those that gain most first, until the aim is reached; what gains little beside the others is left out. */
  const improve = (what: string, changes: readonly Change[]) => {
    if (error <= errorAtMost) return;
    for (const { change } of measure(changes)) {
      const changed = change(state);
      const reached = errorOf(changed);
      if (reached > error * (1 - LEAST_GAIN)) continue;
      [state, error] = [changed, reached];
      onProgress(what, error);
      if (error <= errorAtMost) return;
    }
  };
  improve(
    "levels of 8 bits",
    names.flatMap((name) =>
      methods.map(
        (method): Change =>
          (before) =>
            withChoice(before, name, { method, highest: 255 }),
      ),
    ),
  );
  improve(
    "a layer left in float32",
    layers.map(({ name: left }): Change => (before) => ({
      ...before,
      layers: new Set([...before.layers].filter((name) => name !== left)),
    })),
  );

  const kept = layers.filter(({ name }) => state.layers.has(name));
  const used = new Set(kept.flatMap(({ reads, makes }) => [...reads, ...(makes === undefined ? [] : [makes])]));
  const { choices } = state;
  const { values } = toQuantisation(state);
  return {
    quantisation: { layers: state.layers, values: new Map([...values].filter(([name]) => used.has(name))) },
    layers: kept,
    constants: constantsFor(state.layers),
    methods: new Map([...choices].filter(([name]) => used.has(name)).map(([name, { method }]) => [name, method])),
    leftInFloat: layers.filter(({ name }) => !state.layers.has(name)).map(({ name }) => name),
    error,
  };
}

/** Of the logits from image to image, summed over the logits. */
function varianceOf(rows: readonly Float32Array[]): number {
  const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  return (
    rows.reduce((sum, row) => sum + row.reduce((total, value, k) => total + (value - mean[k]) ** 2, 0), 0) / rows.length
  );
}
