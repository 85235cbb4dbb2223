// Predictions beside the truth, as arrays that figures are computed from. Abstention is taken away here, so that every
// image has an answer; what abstaining changes is measured on its own.

import type { Manifest } from "../../src/bundle/manifest.ts";
import { decide, type Decision, type Verdict } from "../../src/decision/decide.ts";

export type Outcomes = {
  count: number;
  task: Manifest["task"];
  labels: readonly string[];
  /** The labels that are detected: the positive one of a binary task, otherwise all. */
  detected: readonly number[];
  /** For each label 1 where an image shows it, 1 where the answer has it, and its probabilities. */
  isTrue: readonly Uint8Array[];
  isAnswered: readonly Uint8Array[];
  probabilities: readonly Float64Array[];
  /** The probabilities without calibration. */
  rawProbabilities: readonly Float64Array[];
  /** One class index an image, for tasks whose labels exclude each other; of 0 for multilabel. */
  truth: Uint16Array;
  answer: Uint16Array;
};

type Policy = Pick<Manifest, "task" | "labels" | "calibration" | "decision">;

/** `truth` is as in a data set's split: one class index an image, or count x labels of 0 or 1. */
export function toOutcomes(verdicts: readonly Verdict[], truth: ArrayLike<number>, manifest: Policy): Outcomes {
  const { task, decision } = manifest;
  const labels = manifest.labels.map(({ name }) => name);
  const positive = decision.policy === "threshold" ? labels.indexOf(decision.positiveLabel) : 1;
  // The logits of a verdict are one a label already, whatever head the graph has.
  const forced = { ...manifest, graph: {}, decision: { ...decision, abstention: {} } };
  const again = (policy: Policy) =>
    verdicts.map(({ scores }) =>
      decide(
        Float32Array.from(scores, ({ logit }) => logit),
        { ...policy, graph: {} },
      ),
    );
  const answers = again(forced).map((verdict) => toLabels(verdict.decision, labels));
  const raw = again({ ...forced, calibration: { method: "none" } });
  const isTrue = (label: number, i: number) =>
    task === "multilabel" ? truth[i * labels.length + label] : Number(truth[i] === label);
  const column = (value: (label: number, i: number) => number) =>
    labels.map((_, label) => Float64Array.from(verdicts, (_verdict, i) => value(label, i)));
  const flags = (value: (label: number, i: number) => number) => column(value).map((row) => Uint8Array.from(row));
  return {
    count: verdicts.length,
    task,
    labels,
    detected: task === "binary" ? [positive] : [...labels.keys()],
    isTrue: flags(isTrue),
    isAnswered: flags((label, i) => Number(answers[i].includes(label))),
    probabilities: column((label, i) => verdicts[i].scores[label].probability),
    rawProbabilities: column((label, i) => raw[i].scores[label].probability),
    truth: Uint16Array.from(verdicts, (_, i) => (task === "multilabel" ? 0 : truth[i])),
    answer: Uint16Array.from(verdicts, (_, i) => (task === "multilabel" ? 0 : answers[i][0])),
  };
}

function toLabels(decision: Decision, labels: readonly string[]): number[] {
  switch (decision.outcome) {
    case "label":
      return [labels.indexOf(decision.label)];
    case "positive":
      return [labels.indexOf(decision.label)];
    case "negative":
      return [1 - labels.indexOf(decision.label)];
    case "labels":
      return decision.labels.map((label) => labels.indexOf(label));
    case "abstain":
      throw new Error("An answer was withheld although nothing asks for that.");
  }
}
