// The error rate among the answers kept, as the least confident are withheld; and where the manifest's limits stand.

import { areaY, dot, line, text } from "@observablehq/plot";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { COLOURS, renderChart } from "./render-chart.ts";

/** Undefined for a multilabel task. */
export function drawRiskCoverage({ selective }: Evaluation): string | undefined {
  if (!selective) return undefined;
  const points = selective.curve.map(([, coverage, risk]) => ({ coverage, risk }));
  const { coverage, risk } = selective;
  const here = coverage && risk ? [{ coverage: coverage.value, risk: risk.value }] : [];
  return renderChart(
    "Risk-coverage curve",
    [
      areaY(points, { x: "coverage", y: "risk", fill: COLOURS.main, fillOpacity: 0.12 }),
      line(points, { x: "coverage", y: "risk", stroke: COLOURS.main, strokeWidth: 2 }),
      dot(here, { x: "coverage", y: "risk", r: 6, fill: COLOURS.second, stroke: "var(--card)", strokeWidth: 2 }),
      text(here, {
        x: "coverage",
        y: "risk",
        text: () =>
          `answers ${((coverage?.value ?? 0) * 100).toFixed(1)} %, wrong on ${((risk?.value ?? 0) * 100).toFixed(1)} %`,
        textAnchor: "end",
        dx: -10,
        dy: -12,
        fill: COLOURS.second,
      }),
    ],
    {
      x: { label: "images answered (%)", domain: [0, 100], percent: true, ticks: 5 },
      y: { label: "wrong among those (%)", percent: true, grid: true, nice: true, zero: true },
    },
  );
}
