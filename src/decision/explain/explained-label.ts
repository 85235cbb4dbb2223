// Which label a map is of when the caller names none.

import type { Decision, Score } from "../decide.ts";

/**
 * Its place in the manifest's order. The label decided for; after a negative decision that is the other label of the
 * two. Where the decision names none, or several, it is the most probable one.
 */
export function explainedLabel(scores: readonly Score[], decision: Decision): number {
  const mostProbable = scores.reduce(
    (best, { probability }, i) => (probability > scores[best].probability ? i : best),
    0,
  );
  switch (decision.outcome) {
    case "label":
    case "positive":
      return scores.findIndex(({ label }) => label.name === decision.label);
    case "negative":
      return scores.findIndex(({ label }) => label.name !== decision.label);
    case "labels":
    case "abstain":
      return mostProbable;
  }
}
