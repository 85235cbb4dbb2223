// Calibration and decision policy of a trained network, from validation images only: what the manifest will say.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { decide } from "../../src/decision/decide.ts";
import { chooseAbstentionLimit, type AbstentionAim } from "./choose-abstention-limit.ts";
import type { OperatingAim } from "./choose-operating-point.ts";
import { fitGate, type GateData, type GatePlan } from "./gate/fit-gate.ts";
import { fitPolicy } from "./fit-policy.ts";
import { fitTemperature } from "./fit-temperature.ts";
import type { Outputs } from "./outputs.ts";

/** What a recipe wants of its decisions. */
export type DecisionPlan = {
  policy: "fitted";
  /** One that was fitted before stays; thresholds that stay mean probabilities at that temperature. */
  temperature?: number;
  /** Of a binary task, and of each label of a multilabel one; Youden's J when absent. */
  operatingPoint?: OperatingAim;
  /** Of a binary task; the second label when absent. */
  positiveLabel?: string;
  /** Not of a multilabel task, which has no best label. */
  abstention?: AbstentionAim;
  gate?: GatePlan;
};

export type FittedDecision = {
  calibration: Manifest["calibration"];
  decision: Manifest["decision"];
  /** The file that the gate names, when it names one. */
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
};

export type FitDecisionReason = "one_class" | "aim_unreachable";

/** `labels` are as in a data set's split. */
export function fitDecision(
  shape: Pick<Manifest, "task" | "labels" | "graph">,
  plan: Omit<DecisionPlan, "policy">,
  { outputs, labels }: { outputs: Outputs; labels: ArrayLike<number> },
  gateData: GateData | undefined,
): Result<FittedDecision, Failure<FitDecisionReason>> {
  const toScores = (calibration: Manifest["calibration"]) => {
    const manifest = { ...shape, calibration, decision: { policy: "argmax", abstention: {} } as const };
    return outputs.logits.map((logits) => decide(logits, manifest).scores);
  };
  const fitted = () =>
    fitTemperature(
      toScores({ method: "none" }).map((scores) => scores.map(({ logit }) => logit)),
      labels,
      shape.task === "multilabel" ? "sigmoid" : "softmax",
    ).temperature;
  const calibration = { method: "temperature", temperature: plan.temperature ?? fitted() } as const;
  const rows = toScores(calibration).map((scores) => scores.map(({ probability }) => probability));

  const policy = fitPolicy(shape, plan, rows, labels);
  if (!policy.ok) return policy;
  const answers = outputs.logits.map((logits) => decide(logits, { ...shape, calibration, decision: policy.value }));
  const limit =
    plan.abstention &&
    chooseAbstentionLimit(
      rows.map((row) => Math.max(...row)),
      answers.map(({ decision }, i) => Number(!isRight(decision, shape.labels[labels[i]].name))),
      plan.abstention,
    );
  if (limit && !limit.ok) return limit;
  const gate = plan.gate && gateData && fitGate(shape.task, plan.gate, gateData, outputs);
  const abstention = {
    ...(limit && { minimumProbability: limit.value.minimumProbability }),
    ...(gate && { outOfDistribution: gate.gate }),
  };
  return ok({
    calibration,
    decision: { ...policy.value, abstention },
    files: gate?.files ?? new Map<string, Uint8Array<ArrayBuffer>>(),
  });
}

function isRight(decision: ReturnType<typeof decide>["decision"], truth: string): boolean {
  switch (decision.outcome) {
    case "label":
      return decision.label === truth;
    case "positive":
    case "negative":
      return (decision.outcome === "positive") === (decision.label === truth);
    case "labels":
    case "abstain":
      return false;
  }
}
