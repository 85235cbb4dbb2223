// Predictions as `:classify` answers them. The server calls the list `results`; its documentation says `result`.

import type { Prediction } from "../../predict.ts";
import type { ClassifyAnswer } from "./answer-schemas.ts";

/** Each image's labels with their probabilities, in the order of the labels. */
export function writeClassifications(predictions: readonly Prediction[]): ClassifyAnswer {
  return {
    results: predictions.map(({ scores }) => scores.map(({ label, probability }) => [label.name, probability])),
  };
}
