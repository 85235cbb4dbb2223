// How often the out-of-distribution gate withholds images it should answer, and how often those it should not.

import type { Verdict } from "../../../src/decision/decide.ts";
import { toShare, type Figure } from "../metrics/figure.ts";

export type StrangerReport = {
  /** "none" where the manifest has no gate; then nothing is caught, and that is measured too. */
  gate: "energy" | "mahalanobis" | "none";
  /** Share of the test images that the gate withholds. */
  falseAlarms: Figure;
  /** For each set of strange images, the share that the gate withholds and the share withheld for whatever reason. */
  strangers: { name: string; images: number; caught: Figure; withheld: Figure }[];
};

export function reportStrangers(
  gate: StrangerReport["gate"],
  test: readonly Verdict[],
  strangers: ReadonlyMap<string, readonly Verdict[]>,
): StrangerReport {
  return {
    gate,
    falseAlarms: toShare(test.filter(isCaught).length, test.length),
    strangers: [...strangers].map(([name, verdicts]) => ({
      name,
      images: verdicts.length,
      caught: toShare(verdicts.filter(isCaught).length, verdicts.length),
      withheld: toShare(verdicts.filter(({ decision }) => decision.outcome === "abstain").length, verdicts.length),
    })),
  };
}

const isCaught = ({ decision }: Verdict): boolean =>
  decision.outcome === "abstain" && decision.reason === "out_of_distribution";
