// The evaluation as a part of the model card: every figure with its interval.

import type { Evaluation } from "../evaluate/evaluation.ts";
import type { Figure } from "../evaluate/metrics/figure.ts";
import { formatFigure, formatProportion } from "./format-figure.ts";
import { writeTable } from "./write-table.ts";

const OVERALL: Record<keyof Evaluation["overall"], string> = {
  balancedAccuracy: "balanced accuracy",
  macroAuc: "area under the ROC curve",
  macroAveragePrecision: "average precision",
  macroF1: "F1, mean of the classes",
  kappa: "Cohen's kappa",
  quadraticKappa: "Cohen's kappa, quadratic weights",
  brier: "Brier score",
  brierBeforeCalibration: "Brier score before calibration",
  calibrationError: "expected calibration error",
  calibrationErrorBeforeCalibration: "expected calibration error before calibration",
};

export function writeEvaluation(evaluation: Evaluation): string {
  const { dataset, detection, confusionMatrix, classes } = evaluation;
  const groups = dataset.groups === undefined ? "" : ` They come from ${dataset.groups} patients or sources.`;
  return [
    `## Evaluation

${dataset.images} images of the ${dataset.split} split of ${dataset.name}, each posted as a file through the code that serves.${groups}
Intervals: ${evaluation.intervals}, unless the table names another method; \`evaluation.json\` has more of everything.

Accuracy: ${formatProportion(evaluation.accuracy)}`,
    writeTable(
      ["figure", "value", "interval by"],
      (Object.keys(OVERALL) as (keyof typeof OVERALL)[]).flatMap((name) => {
        const figure: Figure = evaluation.overall[name];
        return figure ? [[OVERALL[name], formatFigure(figure), figure.method]] : [];
      }),
    ),
    writeTable(
      ["class", "images", "precision", "recall"],
      classes.map(({ label, support, precision, recall }) => [
        label,
        String(support),
        formatProportion(precision),
        formatProportion(recall),
      ]),
    ),
    writeTable(
      ["label against the rest", "AUC", "sensitivity", "specificity", "PPV", "NPV"],
      detection.map((row) => [
        row.label,
        formatFigure(row.auc),
        ...[row.sensitivity, row.specificity, row.ppv, row.npv].map(formatProportion),
      ]),
    ),
    ...(confusionMatrix
      ? [
          `Confusion matrix, rows the truth, columns the prediction:\n\n${writeTable(
            ["", ...classes.map(({ label }) => label)],
            confusionMatrix.map((row, i) => [`**${classes[i].label}**`, ...row.map(String)]),
          )}`,
        ]
      : []),
    ...writeOperatingPoints(evaluation),
    ...writeAbstention(evaluation),
    ...writeSubgroups(evaluation),
    ...writeDamage(evaluation),
  ].join("\n\n");
}

function writeOperatingPoints({ operatingPoints }: Evaluation): string[] {
  if (operatingPoints.length === 0) return [];
  const table = writeTable(
    ["label", "threshold", "chosen on", "sensitivity there", "and here", "specificity there", "and here"],
    operatingPoints.map(({ label, threshold, chosenOn, test }) => [
      label,
      threshold.toPrecision(4),
      chosenOn.images,
      `${(100 * chosenOn.sensitivity).toFixed(2)} %`,
      formatProportion(test.sensitivity),
      `${(100 * chosenOn.specificity).toFixed(2)} %`,
      formatProportion(test.specificity),
    ]),
  );
  return [`### Operating point\n\n${table}`];
}

function writeAbstention({ selective, outOfDistribution }: Evaluation): string[] {
  const lines = [
    ...(selective
      ? [
          `It answers ${formatProportion(selective.coverage)} of the test images and is wrong on ${formatProportion(selective.risk)} of those.`,
          `Area under the risk-coverage curve: ${formatFigure(selective.area)}, ${selective.area?.method ?? "none"}.`,
        ]
      : []),
    ...(outOfDistribution
      ? [
          `Gate against strange images: ${outOfDistribution.gate}; false alarms on ${formatProportion(outOfDistribution.falseAlarms)} of the test images.`,
          "A fitted gate was chosen on noise, flat colours and stripes like those below; other sets are news to it.",
        ]
      : []),
  ];
  const caught = outOfDistribution
    ? [
        writeTable(
          ["strange images", "images", "caught by the gate", "withheld for any reason"],
          outOfDistribution.strangers.map((row) => [
            row.name,
            String(row.images),
            formatProportion(row.caught),
            formatProportion(row.withheld),
          ]),
        ),
      ]
    : [];
  return lines.length > 0 ? [`### Abstention\n\n${lines.join("\n")}`, ...caught] : [];
}

function writeSubgroups({ subgroups }: Evaluation): string[] {
  if (!subgroups) return [];
  const rows = subgroups.map(({ name, images, accuracy }) => [name, String(images), formatProportion(accuracy)]);
  return [`### Parts of the images\n\n${writeTable(["part", "images", "accuracy"], rows)}`];
}

function writeDamage({ corruptions }: Evaluation): string[] {
  if (!corruptions) return [];
  const kinds = [...Map.groupBy(corruptions.damaged, ({ kind }) => kind)];
  const percent = (figure: Figure) => (figure ? `${(100 * figure.value).toFixed(1)} %` : "none");
  return [
    `### Damaged images

Accuracy on ${corruptions.images} test images, undamaged ${formatProportion(corruptions.undamaged.accuracy)}, and damaged in five severities:

${writeTable(
  ["damage", "1", "2", "3", "4", "5"],
  kinds.map(([kind, rows]) => [kind, ...rows.map(({ accuracy }) => percent(accuracy))]),
)}`,
  ];
}
