// Where the search may go from a state: to finer ones, which lose less and take longer, and back.

import type { Layer } from "../float-graph.ts";
import type { Choice, State } from "./trials.ts";

/**
 * What a layer takes of the time that it takes in float32 (`npm run bench -- inference`, and plans of the released models
 * with all values in 8 bits): 8 bits are for where few of them spare a whole layer.
 */
const TIME_IN_SEVEN_BITS = 0.4;
const TIME_IN_EIGHT_BITS = 1.1;

/** A number is rounded where it is made and where it is read, so that one layer alone in float32 gains next to nothing. */
const LONGEST_RUN = 6;

export const withChoice = ({ choices, layers }: State, name: string, choice: Choice): State => ({
  layers,
  choices: new Map([...choices, [name, choice]]),
});

/** Runs of layers in float32, and single values in 8 bits. */
export function finerStates(state: State, layers: readonly Layer[]): State[] {
  const runs = layers.flatMap((_, from) =>
    Array.from({ length: Math.min(LONGEST_RUN, layers.length - from) }, (__, more) => {
      const left = new Set(layers.slice(from, from + more + 1).map(({ name }) => name));
      return { ...state, layers: new Set([...state.layers].filter((name) => !left.has(name))) };
    }),
  );
  const wider = [...state.choices].flatMap(([name, { method, highest }]) =>
    highest === 255 ? [] : [withChoice(state, name, { method, highest: 255 })],
  );
  const isOther = ({ layers: kept }: State) => kept.size > 0 && kept.size < state.layers.size;
  return [...runs.filter(isOther), ...wider];
}

/** As a share of what all of it takes in float32. What is made of levels and read as numbers, or otherwise, is stored twice. */
export function timeOf({ layers: chosen, choices }: State, layers: readonly Layer[]): number {
  const toShare = ({ name, reads }: Layer): number => {
    if (!chosen.has(name)) return 1;
    return reads.some((read) => choices.get(read)?.highest === 255) ? TIME_IN_EIGHT_BITS : TIME_IN_SEVEN_BITS;
  };
  let [all, time] = [0, 0];
  for (const layer of layers) {
    const { multiplying, storing } = layer.work;
    const isLevels = chosen.has(layer.name);
    const isConverted = layers.some(({ name, reads }) => reads.includes(layer.name) && chosen.has(name) !== isLevels);
    all += multiplying + storing;
    time += (multiplying + storing) * toShare(layer) + (isConverted ? storing : 0);
  }
  return time / all;
}

/** Back to 7 bits: layers in float32, those with most work first, and then values. */
export function coarserSteps(state: State, layers: readonly Layer[]): ((state: State) => State)[] {
  const left = layers
    .filter(({ name }) => !state.layers.has(name))
    .toSorted((a, b) => b.work.multiplying - a.work.multiplying);
  const wide = [...state.choices].filter(([, { highest }]) => highest === 255);
  return [
    ...left.map(({ name }) => (before: State): State => ({ ...before, layers: new Set([...before.layers, name]) })),
    ...wide.map(
      ([name, { method }]) =>
        (before: State): State =>
          withChoice(before, name, { method, highest: 127 }),
    ),
  ];
}
