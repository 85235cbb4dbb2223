// What stands on both sides of a split: the same picture, a copy of it, or the same patient. Where nothing is split yet,
// pictures of different groups are compared with each other.

import { classesOf } from "../data/classes-of.ts";
import type { Task } from "../data/dataset.ts";
import { findNearDuplicates } from "../data/near-duplicates.ts";
import type { Survey } from "./survey.ts";

/** `index` is the image's in its split. */
export type Side = { survey: Survey; index: number };
export type LeakedPair = { first: Side; second: Side; labelsDiffer: boolean; correlation: number };
export type Leaks = {
  /** The same pixels. */
  duplicates: { pairs: LeakedPair[]; total: number };
  /** Copies that were encoded again, resized or changed in brightness. */
  nearDuplicates: { pairs: LeakedPair[]; total: number };
  sharedGroups: { group: string; splits: string[] }[];
};

/** How many pairs of one kind are given for two splits, the most alike first; those beyond are counted. */
const MAX_PAIRS = 1000;

export function findLeaks(surveys: readonly Survey[], task: Task): Leaks {
  const duplicates: Leaks["duplicates"] = { pairs: [], total: 0 };
  const nearDuplicates: Leaks["nearDuplicates"] = { pairs: [], total: 0 };
  const compared = surveys.length === 1 ? [[surveys[0], surveys[0]]] : pairsOf(surveys);
  for (const [a, b] of compared) {
    const toPair = (first: number, second: number, correlation: number): LeakedPair => {
      const sides = [
        { survey: a, index: a.readable[first] },
        { survey: b, index: b.readable[second] },
      ] as const;
      const [one, other] = sides.map(({ survey, index }) => classesOf(survey.split, task, index).join());
      return { first: sides[0], second: sides[1], labelsDiffer: one !== other, correlation };
    };
    const mayLeak = (first: number, second: number) => a !== b || !sameGroup(a, a.readable[first], a.readable[second]);
    for (const [first, second] of sameDigests(a, b)) {
      if (!mayLeak(first, second)) continue;
      duplicates.total++;
      if (duplicates.pairs.length < MAX_PAIRS) duplicates.pairs.push(toPair(first, second, 1));
    }
    const { pairs, total } = findNearDuplicates(a.fingerprints, b.fingerprints, {
      maxPairs: MAX_PAIRS,
      isOfInterest: (first, second) => a.digests[first] !== b.digests[second] && mayLeak(first, second),
    });
    nearDuplicates.total += total;
    nearDuplicates.pairs.push(...pairs.map(({ first, second, correlation }) => toPair(first, second, correlation)));
  }
  return { duplicates, nearDuplicates, sharedGroups: findSharedGroups(surveys) };
}

const pairsOf = (surveys: readonly Survey[]) =>
  surveys.flatMap((a, i) => surveys.slice(i + 1).map((b): [Survey, Survey] => [a, b]));

/** Groups that are known: without them every picture may come from another patient. */
const sameGroup = ({ split: { groups } }: Survey, one: number, other: number): boolean =>
  groups !== undefined && groups[one] === groups[other];

function* sameDigests(a: Survey, b: Survey): Generator<[first: number, second: number]> {
  const positions = new Map<string, number[]>();
  for (const [position, digest] of a.digests.entries()) {
    const others = positions.get(digest);
    if (others) others.push(position);
    else positions.set(digest, [position]);
  }
  for (const [second, digest] of b.digests.entries())
    for (const first of positions.get(digest) ?? []) if (a !== b || first < second) yield [first, second];
}

function findSharedGroups(surveys: readonly Survey[]): Leaks["sharedGroups"] {
  const seen = new Map<string, Set<string>>();
  for (const { name, split } of surveys)
    for (const group of split.groups ?? []) seen.set(group, (seen.get(group) ?? new Set()).add(name));
  return [...seen].filter(([, splits]) => splits.size > 1).map(([group, splits]) => ({ group, splits: [...splits] }));
}
