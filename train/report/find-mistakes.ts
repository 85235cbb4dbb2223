// The worst mistakes of an evaluation: wrong answers the model was surest of. They show images and their names, so they
// are for whoever may see the data.

import type { Verdict } from "../../src/decision/decide.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Split } from "../data/dataset.ts";
import { toOutcomes } from "../evaluate/outcomes.ts";
import { toThumbnailUrl } from "./thumbnail.ts";

/** `probability` is what the model gave the truth; `withheld` if the manifest's limits kept the answer back. */
export type Mistake = {
  name: string;
  imageUrl: string;
  truth: string;
  said: string;
  probability: number;
  withheld: boolean;
};

/** An image that cannot be read a second time is left out. */
export async function findMistakes(
  manifest: Pick<Manifest, "task" | "labels" | "calibration" | "decision">,
  images: Split,
  verdicts: readonly Verdict[],
  limit: number,
): Promise<Mistake[]> {
  const { labels, isTrue, isAnswered, probabilities } = toOutcomes(verdicts, images.labels, manifest);
  // How far the least right label's probability is from the truth: of a label shown, its own; of one not shown, the rest.
  const rightness = (i: number) =>
    Math.min(...labels.map((_, at) => (isTrue[at][i] ? probabilities[at][i] : 1 - probabilities[at][i])));
  const worst = [...verdicts.keys()]
    .filter((i) => labels.some((_, at) => isTrue[at][i] !== isAnswered[at][i]))
    .toSorted((a, b) => rightness(a) - rightness(b) || a - b)
    .slice(0, limit);
  const named = (flags: readonly Uint8Array[], i: number) =>
    labels.filter((_, at) => flags[at][i]).join(", ") || "none";
  const mistakes: Mistake[] = [];
  for (const i of worst) {
    const pixels = await images.read(i);
    if (!pixels.ok) continue;
    mistakes.push({
      name: images.nameOf(i),
      imageUrl: toThumbnailUrl(pixels.value),
      truth: named(isTrue, i),
      said: named(isAnswered, i),
      probability: rightness(i),
      withheld: verdicts[i].decision.outcome === "abstain",
    });
  }
  return mistakes;
}
