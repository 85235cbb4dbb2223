// Accuracy as images get worse, a small chart a kind of damage, with its interval and the share withheld.

import { areaY, dot, line, lineY } from "@observablehq/plot";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { CORRUPTION_KINDS, type CorruptionKind } from "../../evaluate/corruptions/corruptions.ts";
import { COLOURS, renderChart } from "./render-chart.ts";

export function drawCorruptions({ corruptions }: Evaluation): { kind: CorruptionKind; svg: string }[] {
  if (!corruptions) return [];
  return CORRUPTION_KINDS.map((kind) => {
    const rows = [
      { severity: 0, ...corruptions.undamaged },
      ...corruptions.damaged.filter((row) => row.kind === kind),
    ].flatMap(({ severity, accuracy, withheld }) =>
      accuracy && withheld
        ? [
            {
              severity,
              accuracy: accuracy.value,
              low: accuracy.interval95[0],
              high: accuracy.interval95[1],
              withheld: withheld.value,
            },
          ]
        : [],
    );
    const svg = renderChart(
      `Accuracy under ${kind}`,
      [
        areaY(rows, { x: "severity", y1: "low", y2: "high", fill: COLOURS.main, fillOpacity: 0.15 }),
        lineY(rows, { x: "severity", y: "withheld", stroke: COLOURS.second, strokeDasharray: "4 3" }),
        line(rows, { x: "severity", y: "accuracy", stroke: COLOURS.main, strokeWidth: 2 }),
        dot(rows, { x: "severity", y: "accuracy", fill: COLOURS.main, r: 3 }),
      ],
      {
        width: 260,
        height: 200,
        x: { label: "severity", ticks: [0, 1, 2, 3, 4, 5], tickFormat: "d" },
        y: { label: null, domain: [0, 1], ticks: 5, percent: false, tickFormat: "%", grid: true },
      },
    );
    return { kind, svg };
  });
}
