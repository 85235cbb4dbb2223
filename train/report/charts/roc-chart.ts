// The ROC curve of each label, with the operating point where there is one.

import { dot, line, link, text, type Markish } from "@observablehq/plot";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { formatFigure } from "../../pack/format-figure.ts";
import { COLOURS, renderChart } from "./render-chart.ts";

type Point = { label: string; x: number; y: number };

export function drawRoc({ curves, detection, operatingPoints }: Evaluation): string {
  const points = curves.flatMap(({ label, roc }): Point[] =>
    roc.length === 0
      ? []
      : [
          { label, x: 0, y: 0 },
          ...roc.map(([, sensitivity, specificity]) => ({ label, x: 1 - specificity, y: sensitivity })),
        ],
  );
  const rated = detection.filter(({ auc }) => auc).toSorted((a, b) => (a.auc?.value ?? 0) - (b.auc?.value ?? 0));
  const worst = rated.at(0);
  const operating = operatingPoints.flatMap(({ label, threshold, test }) =>
    test.sensitivity && test.specificity
      ? [{ label, threshold, x: 1 - test.specificity.value, y: test.sensitivity.value }]
      : [],
  );
  const marks: Markish[] = [
    link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: COLOURS.line, strokeDasharray: "3 3" }),
    line(
      points.filter(({ label }) => label !== worst?.label),
      { x: "x", y: "y", z: "label", stroke: COLOURS.muted, strokeWidth: 1 },
    ),
    line(
      points.filter(({ label }) => label === worst?.label),
      { x: "x", y: "y", stroke: COLOURS.main, strokeWidth: 2.5 },
    ),
    dot(operating, { x: "x", y: "y", r: 6, fill: COLOURS.second, stroke: "var(--card)", strokeWidth: 2 }),
    text(operating.length === 1 ? operating : [], {
      x: "x",
      y: "y",
      text: ({ threshold }: { threshold: number }) => `threshold ${threshold.toPrecision(2)}`,
      dx: 10,
      dy: 12,
      textAnchor: "start",
      fill: COLOURS.second,
    }),
    text(worst ? [worst] : [], {
      x: 1,
      y: 0.08,
      text: ({ label, auc }: NonNullable<typeof worst>) =>
        `${rated.length > 1 ? "worst label, " : ""}${label}: AUC ${formatFigure(auc)}`,
      textAnchor: "end",
      fill: COLOURS.main,
      fontWeight: 600,
    }),
  ];
  return renderChart("ROC curve", marks, {
    x: { label: "1 − specificity", domain: [0, 1], ticks: 5 },
    y: { label: "sensitivity", domain: [0, 1], ticks: 5, grid: true },
  });
}
