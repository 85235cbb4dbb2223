// A shadow: the same images put to another version after the answer has gone, and whether it would have said the same.
// What is recorded of it holds nothing of an image and nothing of a caller.

import type { Failure, Result } from "../../base/result.ts";
import type { Prediction } from "../../predict.ts";
import type { RequestScope, ServedModel } from "../../registry/cache/model-cache.ts";

type Predicted = Result<Prediction, Failure<string>>;

/** `probabilityDifference` is the largest over the labels that answered; a label that the shadow lacks counts as 0 there. */
export type Comparison = { agreed: boolean; probabilityDifference: number };

/** One image, or the reason why the shadow gave no prediction where the model that answered did. */
export type ShadowRecord = {
  model: string;
  version: string;
  shadowVersion?: string;
} & (Comparison | { failed: string });

export type RecordShadow = (record: ShadowRecord) => void;

/** `predict` puts the images to a model again. Resolves when all is recorded. */
export async function runShadow(
  answered: readonly Predicted[],
  model: ServedModel,
  predict: (shadow: ServedModel) => Promise<Predicted[]>,
  record: RecordShadow,
  keepAlive: RequestScope["keepAlive"],
): Promise<void> {
  // The next task begins when the answer has left; until then nothing is computed.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const releases: (() => void)[] = [];
  const names = { model: model.manifest.name, version: model.manifest.version };
  try {
    const shadow = await model.shadow?.({ keepAlive, onEnd: (release) => void releases.push(release) });
    if (shadow === undefined) return;
    if (!shadow.ok) return record({ ...names, failed: shadow.error.reason });
    const shadowVersion = shadow.value.manifest.version;
    const shadowed = await predict(shadow.value);
    for (const [i, prediction] of answered.entries()) {
      const other = shadowed[i];
      if (!prediction.ok) continue;
      const comparison = other.ok ? compare(prediction.value, other.value) : { failed: other.error.reason };
      record({ ...names, shadowVersion, ...comparison });
    }
  } catch {
    record({ ...names, failed: "internal_error" });
  } finally {
    for (const release of releases) release();
  }
}

export function compare(answered: Prediction, shadow: Prediction): Comparison {
  const others = new Map(shadow.scores.map(({ label, probability }) => [label.name, probability]));
  const differences = answered.scores.map(({ label, probability }) =>
    Math.abs(probability - (others.get(label.name) ?? 0)),
  );
  return {
    agreed: toWords(answered.decision) === toWords(shadow.decision),
    probabilityDifference: Math.max(...differences),
  };
}

/** What a decision comes to; thresholds may differ where outcomes agree. */
function toWords(decision: Prediction["decision"]): string {
  switch (decision.outcome) {
    case "label":
    case "positive":
    case "negative":
      return JSON.stringify([decision.outcome, decision.label]);
    case "labels":
      return JSON.stringify([decision.outcome, ...decision.labels]);
    case "abstain":
      return decision.outcome;
  }
}
