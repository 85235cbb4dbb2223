// The one name that a decision comes to, for protocols whose outputs are tensors.

import type { Label } from "../bundle/manifest.ts";
import type { Decision } from "../decision/decide.ts";

/**
 * Empty where the decision is withheld, or for several labels. A negative decision names the label that it is for, so that
 * nobody reads the positive one out of it.
 */
export function toDecidedLabel(decision: Decision, labels: readonly Label[]): string {
  switch (decision.outcome) {
    case "label":
    case "positive":
      return decision.label;
    case "negative":
      return labels.find(({ name }) => name !== decision.label)?.name ?? "";
    case "labels":
    case "abstain":
      return "";
  }
}
