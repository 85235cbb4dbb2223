// What a choice of layers, bits and ranges does to the logits: run on calibration images, with the kernels that serve.

import type { Levels, Quantisation } from "../../../src/bundle/quantisation.ts";
import { createPlan, type Plan } from "../../../src/model/plan/create-plan.ts";
import type { Constant } from "../../../src/model/plan/graph/constants.ts";
import type { Heap } from "../../../src/model/plan/heap.ts";
import { correctBiases, observeMeans } from "../correct-biases.ts";
import { valuesOf, type FloatGraph, type Layer } from "../float-graph.ts";
import { observeValues } from "../observe-values.ts";
import { chooseRange, type RangeMethod } from "./choose-range.ts";

export type Images = { count: number; at: (i: number) => Float32Array };

export type Choice = { method: RangeMethod; highest: Levels["highest"] };

/** `choices` are by the names of values; `layers` are those that take levels. */
export type State = { choices: ReadonlyMap<string, Choice>; layers: ReadonlySet<string> };

export type Trials = {
  /** All values that layers read or make. */
  names: readonly string[];
  /** The logits of the graph as it is, image by image. */
  expected: readonly Float32Array[];
  /** Undefined as soon as it is clear that the error is `errorBelow` or more. Of every `step`-th image. */
  run: (state: State, errorBelow?: number, step?: number) => Trial | undefined;
  quantisationOf: (state: State) => Quantisation;
  /** Of the graph, with the biases that the rounded weights of the layers want. */
  constantsOf: (state: State) => Map<string, Constant>;
};

/** `error` is the mean square of what the logits are off by, over the variance that they have from image to image. */
export type Trial = { error: number; logits: readonly Float32Array[] };

type Parts = { graph: FloatGraph; layers: readonly Layer[]; logits: string };

/** Undefined for a graph that cannot be planned. */
export function createTrials({ graph, layers, logits }: Parts, images: Images, heap: Heap): Trials | undefined {
  const names = valuesOf(layers);
  const plain = createPlan({ ...graph, outputs: [...new Set([...graph.outputs, ...names])] }, heap);
  if (!plain) return undefined;
  const spreads = observeValues(plain, names, images.count, images.at);
  const means = observeMeans(plain, names, images.count, images.at);
  const expected = Array.from({ length: images.count }, (_, i) => logitsOf(plain, images.at(i), logits));
  plain.dispose();
  const variance = varianceOf(expected);

  const known = new Map<string, Levels>();
  const levelsOf = (name: string, { method, highest }: Choice): Levels => {
    const key = `${name} ${method} ${highest}`;
    const spread = spreads.get(name);
    const levels = known.get(key) ?? (spread && chooseRange(spread, method, highest));
    if (!levels) throw new Error("a value was not observed");
    known.set(key, levels);
    return levels;
  };
  const quantisationOf = (state: State): Quantisation => ({
    values: new Map([...state.choices].map(([name, choice]) => [name, levelsOf(name, choice)])),
    layers: state.layers,
  });
  const constantsOf = (state: State): Map<string, Constant> => {
    const taken = layers.filter(({ name }) => state.layers.has(name));
    const constants = new Map(graph.constants);
    for (const [name, values] of correctBiases(taken, graph.constants, means)) {
      constants.set(name, { shape: [values.length], dtype: "float32", values });
    }
    return constants;
  };
  const run = (state: State, errorBelow = Infinity, step = 1): Trial | undefined => {
    const quantisation = quantisationOf(state);
    const plan = createPlan({ ...graph, constants: constantsOf(state), quantisation }, heap);
    if (!plan) throw new Error("the graph cannot be planned any more");
    const made: Float32Array[] = [];
    let sum = 0;
    const error = () => sum / Math.ceil(expected.length / step) / variance;
    for (let i = 0; i < expected.length && error() < errorBelow; i += step) {
      const row = logitsOf(plan, images.at(i), logits);
      made.push(row);
      sum += expected[i].reduce((total, value, k) => total + (value - row[k]) ** 2, 0);
    }
    plan.dispose();
    return error() < errorBelow ? { error: error(), logits: made } : undefined;
  };
  return { names, expected, run, quantisationOf, constantsOf };
}

function logitsOf(plan: Plan, image: Float32Array, logits: string): Float32Array {
  plan.run(image, 0);
  return plan.read(logits);
}

/** Of the logits from image to image, summed over the logits. */
function varianceOf(rows: readonly Float32Array[]): number {
  const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  return (
    rows.reduce((sum, row) => sum + row.reduce((total, value, k) => total + (value - mean[k]) ** 2, 0), 0) / rows.length
  );
}
