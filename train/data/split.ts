// Shares images among parts so that each class has its fraction in each part and no group stands in two of them.
// The same images, fractions and seed give the same parts.

import { shuffledIndices } from "../fit/batches/shuffle.ts";
import type { Split } from "./dataset.ts";

/**
 * Indices of each part, ascending, one part for each of `fractions`, which sum to 1. Groups are dealt from the largest
 * down, in the seed's order where they are equally large, each to the part that lacks most of what the group holds.
 * A class with few images or groups can end up missing from a small part.
 */
export function splitIndices(
  images: Pick<Split, "count" | "labels" | "groups">,
  fractions: readonly number[],
  seed: number,
): number[][] {
  const strata = toStrata(images);
  const totals = new Map<number, number>();
  for (const stratum of strata.flat()) totals.set(stratum, (totals.get(stratum) ?? 0) + 1);
  const groups = gatherGroups(images);
  const order = [...shuffledIndices(groups.length, seed, 0)].toSorted((a, b) => groups[b].length - groups[a].length);

  const parts = fractions.map((fraction) => ({
    indices: [] as number[],
    lacking: new Map([...totals].map(([stratum, total]) => [stratum, total * fraction])),
  }));
  for (const index of order) {
    const group = groups[index];
    const held = new Map<number, number>();
    for (const image of group) for (const stratum of strata[image]) held.set(stratum, (held.get(stratum) ?? 0) + 1);
    // What the sum of squared shortfalls would change by, each stratum measured in its own total.
    const costs = parts.map(({ lacking }) =>
      [...held].reduce((sum, [s, n]) => sum + (n * (n - 2 * (lacking.get(s) ?? 0))) / (totals.get(s) ?? 1) ** 2, 0),
    );
    const { indices, lacking } = parts[costs.indexOf(Math.min(...costs))];
    indices.push(...group);
    for (const [stratum, n] of held) lacking.set(stratum, (lacking.get(stratum) ?? 0) - n);
  }
  return parts.map(({ indices }) => indices.toSorted((a, b) => a - b));
}

/** The classes of each image; for multilabel also one that all share, and one of those without a label. */
function toStrata({ count, labels }: Pick<Split, "count" | "labels">): number[][] {
  const classes = labels.length / count;
  if (classes === 1) return Array.from(labels, (label) => [label]);
  return Array.from({ length: count }, (_, image) => {
    const present = Array.from({ length: classes }, (_class, c) => c).filter((c) => labels[image * classes + c] === 1);
    return [...present, classes, ...(present.length === 0 ? [classes + 1] : [])];
  });
}

/** Indices of each group, in order of their first images; images are groups of their own where none are known. */
function gatherGroups({ count, groups }: Pick<Split, "count" | "groups">): number[][] {
  if (!groups) return Array.from({ length: count }, (_, image) => [image]);
  const gathered = new Map<string, number[]>();
  for (const [image, group] of groups.entries()) {
    const images = gathered.get(group);
    if (images) images.push(image);
    else gathered.set(group, [image]);
  }
  return [...gathered.values()];
}

/** The images at `indices` as a split of its own. */
export function takeImages(split: Split, indices: readonly number[]): Split {
  const width = split.labels.length / split.count;
  const { groups, subgroups, files } = split;
  return {
    count: indices.length,
    labels: Uint8Array.from(indices.flatMap((index) => [...split.labels.subarray(index * width, (index + 1) * width)])),
    ...(groups && { groups: indices.map((index) => groups[index]) }),
    ...(subgroups && { subgroups: indices.map((index) => subgroups[index]) }),
    ...(files && { files: indices.map((index) => files[index]) }),
    nameOf: (index) => split.nameOf(indices[index]),
    read: (index, input) => split.read(indices[index], input),
  };
}
