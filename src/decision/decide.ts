// Logits to a decision, as the manifest's calibration and decision policy say. "I don't know" is an answer.

import type { Label, Manifest } from "../bundle/manifest.ts";
import { isOutOfDistribution, type ComparedFeatures } from "./out-of-distribution.ts";
import { toLabelProbabilities, toProbabilities } from "./probabilities.ts";

export type Decision =
  | { outcome: "label"; label: string }
  | { outcome: "positive" | "negative"; label: string; threshold: number }
  /** Those that reach their thresholds; none may. */
  | { outcome: "labels"; labels: string[] }
  | { outcome: "abstain"; reason: "low_probability" | "out_of_distribution" };

/** A class with its calibrated probability and, under its own name, the raw score it came from. */
export type Score = { label: Label; probability: number; logit: number };

/** `scores` are in the order of the manifest's labels. */
export type Verdict = { scores: Score[]; decision: Decision };

type Policy = Pick<Manifest, "task" | "labels" | "calibration" | "decision"> & {
  graph: Pick<Manifest["graph"], "head">;
};

/** Takes finite logits as the graph gives them, and what the manifest's gate compares when it compares features. */
export function decide(graphLogits: Float32Array, manifest: Policy, features?: ComparedFeatures): Verdict {
  const { task, labels, graph, calibration, decision } = manifest;
  // One sigmoid logit for two labels is a softmax over itself and 0, which is then the first label's logit.
  const logits = task === "binary" && graph.head === "sigmoid" ? Float32Array.of(0, graphLogits[0]) : graphLogits;
  const probabilities = (task === "multilabel" ? toLabelProbabilities : toProbabilities)(logits, calibration);
  const scores = labels.map((label, i) => ({ label, probability: probabilities[i], logit: logits[i] }));
  const gate = decision.abstention.outOfDistribution;
  if (gate && isOutOfDistribution(gate, task, logits, features))
    return { scores, decision: { outcome: "abstain", reason: "out_of_distribution" } };
  return { scores, decision: applyPolicy(scores, decision) };
}

function applyPolicy(scores: readonly Score[], policy: Manifest["decision"]): Decision {
  if (policy.policy === "thresholds") {
    const positive = scores.filter(({ probability }, i) => probability >= policy.thresholds[i].threshold);
    return { outcome: "labels", labels: positive.map(({ label }) => label.name) };
  }
  const best = scores.reduce((a, b) => (b.probability > a.probability ? b : a));
  const { minimumProbability = 0 } = policy.abstention;
  if (best.probability < minimumProbability) return { outcome: "abstain", reason: "low_probability" };
  if (policy.policy === "argmax") return { outcome: "label", label: best.label.name };
  const { positiveLabel, threshold } = policy;
  const positive = scores.some(({ label, probability }) => label.name === positiveLabel && probability >= threshold);
  return { outcome: positive ? "positive" : "negative", label: positiveLabel, threshold };
}
