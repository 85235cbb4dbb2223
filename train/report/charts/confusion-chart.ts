// The confusion matrix, shaded by the share of each row: a class is a row, and a good model a dark diagonal.

import { cell, text } from "@observablehq/plot";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { COLOURS, renderChart } from "./render-chart.ts";

/** Dark enough to tell 0 from 1, light enough to read a number on. */
const DARKEST = 0.6;

/** Undefined for a multilabel task. */
export function drawConfusion({ confusionMatrix, classes }: Evaluation): string | undefined {
  if (!confusionMatrix) return undefined;
  const labels = classes.map(({ label }) => label);
  const cells = confusionMatrix.flatMap((row, truth) =>
    row.map((count, said) => ({
      truth: labels[truth],
      said: labels[said],
      count,
      isRight: truth === said,
      share: count / Math.max(1, classes[truth].support),
    })),
  );
  type Cell = (typeof cells)[number];
  const longest = Math.max(...labels.map(({ length }) => length));
  return renderChart(
    "Confusion matrix",
    [
      cell(cells, {
        x: "said",
        y: "truth",
        fill: ({ isRight }: Cell) => (isRight ? COLOURS.main : COLOURS.second),
        // Mistakes are few; their root keeps them visible.
        fillOpacity: ({ share, isRight }: Cell) => DARKEST * (isRight ? share : Math.sqrt(share)),
        inset: 1,
        rx: 3,
      }),
      text(cells, {
        x: "said",
        y: "truth",
        text: ({ count }: Cell) => (count === 0 ? "" : String(count)),
        fill: "currentColor",
        fontSize: labels.length > 6 ? 11 : 15,
      }),
    ],
    {
      height: Math.min(420, 120 + 60 * labels.length),
      marginLeft: Math.min(140, 30 + 7 * longest),
      marginTop: 36,
      color: { type: "identity" },
      opacity: { type: "identity" },
      x: { label: "said", domain: labels, axis: "top", tickSize: 0 },
      y: { label: "truth", domain: labels, tickSize: 0 },
    },
  );
}
