// Which layers take levels, of how many bits and of which range: as much of the work in 7 bits as leaves the logits and the
// answers what they were, measured on calibration images. No randomness and no clock: the same images, the same choice.

import type { Quantisation } from "../../../src/bundle/quantisation.ts";
import type { Constants } from "../../../src/model/plan/graph/constants.ts";
import type { Heap } from "../../../src/model/plan/heap.ts";
import { equaliseGraph } from "../equalise-graph.ts";
import { findLayers, fuseGraph, valuesOf, type FloatGraph, type Layer } from "../float-graph.ts";
import { RANGE_METHODS, type RangeMethod } from "./choose-range.ts";
import type { AnswerChange } from "./compare-answers.ts";
import { finerStates, coarserSteps, timeOf, withChoice } from "./neighbouring-states.ts";
import { createTrials, type Choice, type Images, type State, type Trials } from "./trials.ts";

export type Chosen = {
  quantisation: Quantisation;
  layers: Layer[];
  /** Of the graph, with the biases that the rounded weights want. */
  constants: Constants;
  /** By the names of values. */
  methods: ReadonlyMap<string, RangeMethod>;
  /** Layers that would take levels, and lose too much. */
  leftInFloat: string[];
  outcome: Outcome;
  /** Whether the outcome is within the aims: where it is not, there was nothing left that helps. */
  isReached: boolean;
};

/** `error` is of the logits, over the variance that they have from image to image. */
export type Outcome = { error: number } & Partial<AnswerChange>;

/** The most that each may be, and the least that `p` may. */
export type Limits = Outcome;

export type Aims = {
  logits: string;
  /** Constants that stay what they are. */
  fixed: ReadonlySet<string>;
  limits: Limits;
  /** Of the logits of the calibration images; the error alone counts where it is absent. */
  compareAnswers?: (before: readonly Float32Array[], after: readonly Float32Array[]) => AnswerChange;
  /** All of them where it is absent. */
  methods?: readonly RangeMethod[];
  /** `left` layers are in float32 by then; the next step takes at most so many `trials`, of a quarter of the images each. */
  onProgress: (step: { what: string; outcome: Outcome; left: number; trials: number }) => void;
};

/** Of the error: less than that may be chance, and many small steps are more layers than a large one. */
const LEAST_GAIN = 0.3;

/** Of the error: what is given back may add as little as no one would notice. */
const MOST_GIVEN_BACK = 0.1;

/** Which of many states is best shows on every fourth image. */
const RANKING_STEP = 4;

/** Undefined for a graph that has no layer for levels. */
export function chooseQuantisation(graph: FloatGraph, heap: Heap, images: Images, aims: Aims): Chosen | undefined {
  const fused = fuseGraph(graph);
  const layers = findLayers(fused, aims.fixed);
  if (layers.length === 0) return undefined;
  const isWithin = ({ error, changed = 0, aucShift = 0, p = 1 }: Outcome): boolean =>
    error <= aims.limits.error &&
    changed <= (aims.limits.changed ?? 1) &&
    aucShift <= (aims.limits.aucShift ?? 1) &&
    p >= (aims.limits.p ?? 0);
  const start = (each: FloatGraph): Search | undefined => {
    const trials = createTrials({ graph: each, layers, logits: aims.logits }, images, heap);
    return trials && createSearch(trials, layers, aims);
  };
  const tell = (what: string, { state, outcome }: Measured) => {
    const next = isWithin(outcome) ? 0 : finerStates(state, layers).length;
    aims.onProgress({ what, outcome, left: layers.length - state.layers.size, trials: next });
  };

  let search = start(graph);
  if (!search) return undefined;
  let now = search.first;
  tell("all layers of 7 bits", now);
  if (!isWithin(now.outcome)) {
    const equalised = start(equaliseGraph(graph, { fused, layers, fixed: aims.fixed }, images, heap));
    if (equalised && equalised.first.error < now.error) {
      [search, now] = [equalised, equalised.first];
      tell("channels made equal", now);
    }
  }
  while (!isWithin(now.outcome)) {
    const finer = search.finer(now);
    if (!finer) break;
    now = finer;
    tell("some left finer", now);
  }
  // What is within the limits by luck is not to be looked for: only what gains nothing is given back.
  const errorBelow = now.error * (1 + MOST_GIVEN_BACK);
  for (const coarser of isWithin(now.outcome) ? coarserSteps(now.state, layers) : []) {
    const state = coarser(now.state);
    if (timeOf(state, layers) >= timeOf(now.state, layers)) continue;
    const tried = search.measure(state);
    if (tried.error >= errorBelow || !isWithin(tried.outcome)) continue;
    now = tried;
    tell("one was not needed", now);
  }
  return toChosen(now, isWithin(now.outcome), layers, search.trials);
}

type Measured = { state: State; error: number; outcome: Outcome };

type Search = {
  trials: Trials;
  /** All layers in 7 bits. */
  first: Measured;
  measure: (state: State) => Measured;
  /** Undefined where nothing gains. */
  finer: (from: Measured) => Measured | undefined;
};

/** Wherever it arrives, the ranges are the best that it finds. */
function createSearch(
  trials: Trials,
  layers: readonly Layer[],
  { methods = RANGE_METHODS, compareAnswers }: Aims,
): Search {
  const measure = (state: State): Measured => {
    const trial = trials.run(state);
    if (!trial) throw new Error("the logits are not numbers");
    const { error, logits } = trial;
    return { state, error, outcome: { error, ...compareAnswers?.(trials.expected, logits) } };
  };
  const measureAtBest = (state: State): Measured => {
    const measured = measure(state);
    return methods.length > 1 ? measure(withBestRanges(measured, methods, trials)) : measured;
  };
  const choices = new Map(trials.names.map((name) => [name, { method: methods[0], highest: 127 } satisfies Choice]));
  return {
    trials,
    first: measureAtBest({ choices, layers: new Set(layers.map(({ name }) => name)) }),
    measure,
    finer: (from) => {
      const state = bestFiner(from, layers, trials);
      return state && measureAtBest(state);
    },
  };
}

/** Value by value, whatever is better than what is there. */
function withBestRanges({ state, error }: Measured, methods: readonly RangeMethod[], { names, run }: Trials): State {
  let best = { state, error };
  for (const name of names) {
    const { highest } = state.choices.get(name) as Choice;
    for (const method of methods) {
      const changed = withChoice(best.state, name, { method, highest });
      const trial = run(changed, best.error);
      if (trial) best = { state: changed, error: trial.error };
    }
  }
  return best.state;
}

/** The one that gains most for the time that it takes; where none gains much, the one that gains most. */
function bestFiner({ state }: Measured, layers: readonly Layer[], { run }: Trials): State | undefined {
  const before = timeOf(state, layers);
  const error = run(state, Infinity, RANKING_STEP)?.error ?? Infinity;
  const tried = finerStates(state, layers).flatMap((candidate) => {
    const trial = run(candidate, error, RANKING_STEP);
    if (!trial) return [];
    const gain = Math.log(error / trial.error);
    const time = Math.max(timeOf(candidate, layers) - before, Number.EPSILON);
    return [{ candidate, gain, rate: gain / time }];
  });
  const worthIt = tried.filter(({ gain }) => gain >= -Math.log(1 - LEAST_GAIN));
  if (worthIt.length > 0) return worthIt.reduce((a, b) => (b.rate > a.rate ? b : a)).candidate;
  return tried.length > 0 ? tried.reduce((a, b) => (b.gain > a.gain ? b : a)).candidate : undefined;
}

function toChosen({ state, outcome }: Measured, isReached: boolean, layers: readonly Layer[], trials: Trials): Chosen {
  const kept = layers.filter(({ name }) => state.layers.has(name));
  const used = new Set(valuesOf(kept));
  const { values } = trials.quantisationOf(state);
  return {
    quantisation: { layers: state.layers, values: new Map([...values].filter(([name]) => used.has(name))) },
    layers: kept,
    constants: trials.constantsOf(state),
    methods: new Map([...state.choices].filter(([name]) => used.has(name)).map(([name, { method }]) => [name, method])),
    leftInFloat: layers.filter(({ name }) => !state.layers.has(name)).map(({ name }) => name),
    outcome,
    isReached,
  };
}
