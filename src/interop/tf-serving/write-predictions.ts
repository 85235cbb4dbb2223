// Predictions as `:predict` answers them: one output as it is, several by name.

import type { Label } from "../../bundle/manifest.ts";
import type { Prediction } from "../../predict.ts";
import { toDecidedLabel } from "../decided-label.ts";
import type { NamedColumns, NamedRow, PredictAnswer } from "./answer-schemas.ts";
import type { PredictRequest } from "./requests/read-predict-request.ts";
import { PREDICT_OUTPUTS, type OutputName } from "./signatures.ts";

/** Scores are in the order of the labels, as they are in the model's card. */
export function writePredictions(
  predictions: readonly Prediction[],
  labels: readonly Label[],
  { signature, format, keys }: Omit<PredictRequest, "images">,
): PredictAnswer {
  const columns: [name: string, values: unknown[]][] = PREDICT_OUTPUTS[signature].map((name) => [
    name,
    predictions.map((prediction) => toOutput(name, prediction, labels)),
  ]);
  if (keys) columns.push(["key", keys]);
  const probabilities = predictions.map(({ scores }) => scores.map(({ probability }) => probability));
  const isNamed = columns.length > 1;
  if (format === "columnar")
    return { outputs: isNamed ? (Object.fromEntries(columns) as NamedColumns) : probabilities };
  const toRow = (i: number) => Object.fromEntries(columns.map(([name, values]) => [name, values[i]])) as NamedRow;
  return { predictions: isNamed ? predictions.map((_, i) => toRow(i)) : probabilities };
}

function toOutput(name: OutputName, { scores, decision }: Prediction, labels: readonly Label[]): number[] | string {
  switch (name) {
    case "probabilities":
      return scores.map(({ probability }) => probability);
    case "logits":
      return scores.map(({ logit }) => logit);
    case "decision":
      return JSON.stringify(decision);
    case "label":
      return toDecidedLabel(decision, labels);
  }
}
