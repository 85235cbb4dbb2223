// `evaluation.json`: everything that was measured on images the model has not seen.

import type { ClassFigures, ConfusionMatrix, Proportion } from "./figures/confusion.ts";
import type { CalibrationReport } from "./reports/calibration-report.ts";
import type { CorruptionReport } from "./reports/corruption-report.ts";
import type { CurvePoints } from "./figures/curve-points.ts";
import type { DetectionFigures, OverallFigures } from "./figures/measure-figures.ts";
import type { OperatingRow } from "./reports/operating-report.ts";
import type { SelectiveReport } from "./reports/selective-report.ts";
import type { StrangerReport } from "./reports/stranger-report.ts";
import type { SubgroupRow } from "./reports/subgroup-report.ts";

export type Evaluation = {
  schemaVersion: 1;
  dataset: { name: string; split: "test"; sha256: string; images: number; groups?: number };
  /** Of `accuracy` and `classes`; every other figure names its own. */
  intervals: "Wilson score, 95 %";
  /** Of a multilabel task: the share of images with every label right. */
  accuracy: Proportion;
  classes: ClassFigures[];
  /** Rows are the truth, columns the prediction, in the order of the manifest's labels; none for a multilabel task. */
  confusionMatrix?: ConfusionMatrix;
  /** What the methods that figures name stand for. */
  methods: Record<string, string>;
  overall: OverallFigures;
  /** Each label against the rest; of a binary task the positive one. */
  detection: DetectionFigures[];
  curves: CurvePoints[];
  calibration: CalibrationReport;
  /** None for a multilabel task, which has no best label. */
  selective?: SelectiveReport;
  /** What each threshold did where it was chosen, and what it does on these images. */
  operatingPoints: OperatingRow[];
  subgroups?: SubgroupRow[];
  outOfDistribution?: StrangerReport;
  corruptions?: CorruptionReport;
};
