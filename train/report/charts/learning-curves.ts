// The loss and the accuracy of each epoch, on training and on validation images, and the epoch that was kept.

import { line, ruleX, text } from "@observablehq/plot";
import type { TrainingHistory } from "../training-history.ts";
import { COLOURS, renderChart } from "./render-chart.ts";

/** `bestEpoch` counts from 0, as the manifest does; the chart counts from 1. */
export function drawLearningCurves(history: TrainingHistory, bestEpoch: number): { loss: string; accuracy: string } {
  const draw = (title: string, training: "loss" | "accuracy", validation: "validationLoss" | "validationAccuracy") => {
    const series = (key: typeof training | typeof validation) =>
      history.map((record) => ({ epoch: record.epoch + 1, value: record[key] }));
    const named = (name: string, key: typeof training | typeof validation, colour: string, dy: number) => [
      line(series(key), { x: "epoch", y: "value", stroke: colour, strokeWidth: 2 }),
      text(series(key).slice(-1), {
        x: "epoch",
        y: "value",
        text: () => name,
        dx: 6,
        dy,
        textAnchor: "start",
        fill: colour,
      }),
    ];
    // Names that stand at the ends of their lines keep clear of each other.
    const last = history.at(-1);
    const isAbove = last !== undefined && last[training] > last[validation];
    return renderChart(
      title,
      [
        ruleX([bestEpoch + 1], { stroke: COLOURS.line, strokeDasharray: "3 3" }),
        ...named("training", training, COLOURS.muted, isAbove ? -7 : 7),
        ...named("validation", validation, COLOURS.main, isAbove ? 7 : -7),
      ],
      { marginRight: 72, x: { label: "epoch", tickFormat: "d" }, y: { label: title, grid: true, nice: true } },
    );
  };
  return {
    loss: draw("loss", "loss", "validationLoss"),
    accuracy: draw("accuracy", "accuracy", "validationAccuracy"),
  };
}
