// What was stated against what came true, before and after calibration; a dot's area is its share of the images.

import { dot, line, link, text } from "@observablehq/plot";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { COLOURS, renderChart } from "./render-chart.ts";

export function drawReliability({ calibration, overall }: Evaluation): string {
  const isCalibrated = calibration.method.method !== "none";
  const [before, after] = [overall.calibrationErrorBeforeCalibration, overall.calibrationError];
  const where = { x: "stated", y: "observed" };
  return renderChart(
    "Reliability diagram",
    [
      link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: COLOURS.line, strokeDasharray: "3 3" }),
      ...(isCalibrated
        ? [
            line(calibration.before, { ...where, stroke: COLOURS.muted }),
            dot(calibration.before, { ...where, r: "count", stroke: COLOURS.muted, fill: "var(--card)" }),
          ]
        : []),
      line(calibration.after, { ...where, stroke: COLOURS.main, strokeWidth: 2 }),
      dot(calibration.after, { ...where, r: "count", fill: COLOURS.main, fillOpacity: 0.8 }),
      text([0], {
        x: 1,
        y: 0.15,
        text: () => (before && isCalibrated ? `before: error ${before.value.toFixed(3)}` : ""),
        textAnchor: "end",
        fill: COLOURS.muted,
      }),
      text([0], {
        x: 1,
        y: 0.07,
        text: () => (after ? `${isCalibrated ? "after: " : ""}error ${after.value.toFixed(3)}` : ""),
        textAnchor: "end",
        fill: COLOURS.main,
        fontWeight: 600,
      }),
    ],
    {
      x: { label: `stated probability of the ${calibration.of}`, domain: [0, 1], ticks: 5 },
      y: { label: "share that came true", domain: [0, 1], ticks: 5, grid: true },
      r: { range: [2, 12] },
    },
  );
}
