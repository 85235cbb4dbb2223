// What becomes of a network's answers when its logits move: how many change, whether they change to one side, and how far
// the AUC does. Of images whose truth is known, and never of test images.

import type { Manifest } from "../../../src/bundle/manifest.ts";
import { decide, type Decision } from "../../../src/decision/decide.ts";
import { mcnemarExact } from "../../evaluate/metrics/uncertainty/mcnemar.ts";
import { rankScores } from "../../evaluate/metrics/ranking/ranking.ts";
import { rocAuc } from "../../evaluate/metrics/ranking/roc-auc.ts";

export type AnswerChange = {
  /** Of the images that are answered, the share whose answer is another. */
  changed: number;
  /** That some label is answered so much more often, or less often, by chance (McNemar; Bonferroni for several labels). */
  p: number;
  /** Of the mean AUC of the labels, up or down; 0 where there is none. */
  aucShift: number;
};

type Rows = readonly Float32Array[];
type Policy = Pick<Manifest, "task" | "labels" | "graph" | "calibration" | "decision">;

/**
 * `truth` is as in a data set's split, of the first of the images; the others are not looked at. Nobody abstains: limits
 * are fitted to the new network.
 */
export function compareAnswers(policy: Policy, truth: ArrayLike<number>): (before: Rows, after: Rows) => AnswerChange {
  const certain: Policy = { ...policy, decision: { ...policy.decision, abstention: {} } };
  const count = truth.length / (policy.task === "multilabel" ? policy.labels.length : 1);
  const answer = (rows: Rows) => {
    const verdicts = rows.slice(0, count).map((logits) => decide(logits, certain));
    const areas = policy.labels.flatMap((_, label) => {
      const probabilities = verdicts.map(({ scores }) => scores[label].probability);
      return rocAuc(rankScores(probabilities, isTrueOf(policy, truth, label, count))) ?? [];
    });
    return {
      answered: verdicts.map(({ decision }) => answeredLabels(decision)),
      auc: areas.reduce((sum, area) => sum + area, 0) / areas.length || 0,
    };
  };
  return (before, after) => {
    const [one, other] = [answer(before), answer(after)];
    const changed = one.answered.filter((labels, i) => labels.join("\n") !== other.answered[i].join("\n")).length;
    const only = (some: readonly string[][], others: readonly string[][], name: string) =>
      some.filter((labels, i) => labels.includes(name) && !others[i].includes(name)).length;
    const ps = policy.labels.flatMap(({ name }) => {
      const [lost, gained] = [only(one.answered, other.answered, name), only(other.answered, one.answered, name)];
      return lost + gained > 0 ? mcnemarExact(lost, gained) : [];
    });
    return {
      changed: changed / count,
      // Without a change there is nothing to explain.
      p: ps.length === 0 ? 1 : Math.min(1, ps.length * Math.min(...ps)),
      aucShift: Math.abs(one.auc - other.auc),
    };
  };
}

function answeredLabels(decision: Decision): string[] {
  switch (decision.outcome) {
    case "label":
    case "positive":
      return [decision.label];
    case "labels":
      return decision.labels;
    case "negative":
    case "abstain":
      return [];
  }
}

const isTrueOf = (
  { task, labels }: Policy,
  truth: ArrayLike<number>,
  label: number,
  count: number,
): ArrayLike<number> =>
  Uint8Array.from({ length: count }, (_, i) =>
    task === "multilabel" ? truth[i * labels.length + label] : Number(truth[i] === label),
  );
