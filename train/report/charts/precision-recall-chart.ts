// The precision-recall curve of each label, with the share of positives, which is what guessing would reach.

import { line, ruleY, text, dot } from "@observablehq/plot";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { formatFigure } from "../../pack/format-figure.ts";
import { COLOURS, renderChart } from "./render-chart.ts";

export function drawPrecisionRecall({ curves, detection, operatingPoints, dataset }: Evaluation): string {
  const points = curves.flatMap(({ label, precisionRecall }) =>
    precisionRecall.map(([, precision, recall]) => ({ label, precision, recall })),
  );
  const rated = detection
    .filter(({ averagePrecision }) => averagePrecision)
    .toSorted((a, b) => (a.averagePrecision?.value ?? 0) - (b.averagePrecision?.value ?? 0));
  const worst = rated.at(0);
  const operating = detection.flatMap(({ label, ppv, sensitivity }) =>
    ppv && sensitivity && operatingPoints.some((row) => row.label === label)
      ? [{ x: sensitivity.value, y: ppv.value }]
      : [],
  );
  return renderChart(
    "Precision-recall curve",
    [
      ruleY(worst ? [worst.support / dataset.images] : [], { stroke: COLOURS.line, strokeDasharray: "3 3" }),
      line(
        points.filter(({ label }) => label !== worst?.label),
        { x: "recall", y: "precision", z: "label", stroke: COLOURS.muted, strokeWidth: 1 },
      ),
      line(
        points.filter(({ label }) => label === worst?.label),
        { x: "recall", y: "precision", stroke: COLOURS.main, strokeWidth: 2.5 },
      ),
      dot(operating, { x: "x", y: "y", r: 6, fill: COLOURS.second, stroke: "var(--card)", strokeWidth: 2 }),
      text(worst ? [worst] : [], {
        x: 1,
        y: 0.08,
        text: ({ label, averagePrecision }: NonNullable<typeof worst>) =>
          `${rated.length > 1 ? "worst label, " : ""}${label}: AP ${formatFigure(averagePrecision)}`,
        textAnchor: "end",
        fill: COLOURS.main,
        fontWeight: 600,
      }),
    ],
    {
      x: { label: "recall (sensitivity)", domain: [0, 1], ticks: 5 },
      y: { label: "precision (PPV)", domain: [0, 1], ticks: 5, grid: true },
    },
  );
}
