// The figures that an evaluation opens with: accuracy, and precision and recall of each class.

import { countConfusion, toAccuracy, toClassFigures } from "./figures/confusion.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Outcomes } from "./outcomes.ts";

/** A label of a multilabel task is read off its own two-by-two matrix, and accuracy off the images with every label right. */
export function toHeadline({
  task,
  count,
  labels,
  truth,
  answer,
  isTrue,
  isAnswered,
}: Outcomes): Pick<Evaluation, "accuracy" | "classes" | "confusionMatrix"> {
  if (task !== "multilabel") {
    const confusionMatrix = countConfusion(truth, answer, labels.length);
    return { accuracy: toAccuracy(confusionMatrix), classes: toClassFigures(confusionMatrix, labels), confusionMatrix };
  }
  const right = Array.from({ length: count }, (_, i) =>
    Number(labels.every((_label, at) => isTrue[at][i] === isAnswered[at][i])),
  );
  return {
    accuracy: toAccuracy(countConfusion(right, new Uint8Array(count).fill(1), 2)),
    classes: labels.flatMap((label, at) =>
      toClassFigures(countConfusion(isTrue[at], isAnswered[at], 2), ["", label]).slice(1),
    ),
  };
}
