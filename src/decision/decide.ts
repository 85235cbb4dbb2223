// Logits to a decision, as the manifest's calibration and decision policy say. "I don't know" is an answer.

import type { Label, Manifest } from "../bundle/manifest.ts";
import { freeEnergy, toProbabilities } from "./probabilities.ts";

export type Decision =
  | { outcome: "label"; label: string }
  | { outcome: "positive" | "negative"; label: string; threshold: number }
  | { outcome: "abstain"; reason: "low_probability" | "out_of_distribution" };

/** A class with its calibrated probability and, under its own name, the raw score it came from. */
export type Score = { label: Label; probability: number; logit: number };

/** `scores` are in the order of the manifest's labels. */
export type Verdict = { scores: Score[]; decision: Decision };

/** Takes finite logits, one for each label. */
export function decide(logits: Float32Array, manifest: Pick<Manifest, "labels" | "calibration" | "decision">): Verdict {
  const probabilities = toProbabilities(logits, manifest.calibration);
  const scores = manifest.labels.map((label, i) => ({ label, probability: probabilities[i], logit: logits[i] }));
  return { scores, decision: applyPolicy(scores, freeEnergy(logits), manifest.decision) };
}

function applyPolicy(scores: readonly Score[], energy: number, policy: Manifest["decision"]): Decision {
  const best = scores.reduce((a, b) => (b.probability > a.probability ? b : a));
  const { maximumEnergy = Infinity, minimumProbability = 0 } = policy.abstention;
  if (energy > maximumEnergy) return { outcome: "abstain", reason: "out_of_distribution" };
  if (best.probability < minimumProbability) return { outcome: "abstain", reason: "low_probability" };
  if (policy.policy === "argmax") return { outcome: "label", label: best.label.name };
  const { positiveLabel, threshold } = policy;
  const positive = scores.some(({ label, probability }) => label.name === positiveLabel && probability >= threshold);
  return { outcome: positive ? "positive" : "negative", label: positiveLabel, threshold };
}
