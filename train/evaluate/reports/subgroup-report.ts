// The same figures on parts of the images, so that a part that fares worse is not hidden in the whole.

import { toShare, type Figure } from "../metrics/figure.ts";
import type { Outcomes } from "../outcomes.ts";

/** `detected` has each detected label's sensitivity and specificity on the subgroup. */
export type SubgroupRow = {
  name: string;
  images: number;
  accuracy: Figure;
  detected: { label: string; sensitivity: Figure; specificity: Figure }[];
};

/** `subgroups` names each image's part: an attribute that may be published, never a patient. */
export function reportSubgroups(outcomes: Outcomes, subgroups: readonly string[]): SubgroupRow[] {
  const { labels, detected, isTrue, isAnswered } = outcomes;
  const members = Map.groupBy(subgroups.keys(), (i) => subgroups[i]);
  return [...members].map(([name, images]) => {
    const share = (among: (i: number) => boolean, succeeds: (i: number) => boolean) => {
      const trials = images.filter(among);
      return toShare(trials.filter(succeeds).length, trials.length);
    };
    return {
      name,
      images: images.length,
      accuracy: share(
        () => true,
        (i) => labels.every((_, label) => isTrue[label][i] === isAnswered[label][i]),
      ),
      detected: detected.map((label) => ({
        label: labels[label],
        sensitivity: share(
          (i) => isTrue[label][i] === 1,
          (i) => isAnswered[label][i] === 1,
        ),
        specificity: share(
          (i) => isTrue[label][i] === 0,
          (i) => isAnswered[label][i] === 0,
        ),
      })),
    };
  });
}
