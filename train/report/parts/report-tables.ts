// The tables of a report.

import type { Proportion } from "../../evaluate/figures/confusion.ts";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import type { Figure } from "../../evaluate/metrics/figure.ts";
import { formatFigure, formatProportion } from "../../pack/format-figure.ts";
import { escapeHtml } from "../escape-html.ts";
import { drawIntervalTrack } from "./interval-track.ts";

export function toDetectionTable({ detection }: Evaluation): string {
  return toTable(
    ["label", "images", "AUC", "sensitivity", "specificity", "PPV", "NPV", "F1"],
    detection.map((row) => [
      escapeHtml(row.label),
      String(row.support),
      withTrack(row.auc, formatFigure(row.auc)),
      ...[row.sensitivity, row.specificity, row.ppv, row.npv].map((share) => withTrack(share, formatProportion(share))),
      withTrack(row.f1, formatFigure(row.f1)),
    ]),
  );
}

export function toOperatingTable({ operatingPoints }: Evaluation): string {
  return toTable(
    [
      "label",
      "threshold",
      "sensitivity where chosen",
      "on the test images",
      "specificity where chosen",
      "on the test images",
    ],
    operatingPoints.map(({ label, threshold, chosenOn, test }) => [
      escapeHtml(label),
      threshold.toPrecision(4),
      `${(100 * chosenOn.sensitivity).toFixed(2)} %`,
      withTrack(test.sensitivity, formatProportion(test.sensitivity)),
      `${(100 * chosenOn.specificity).toFixed(2)} %`,
      withTrack(test.specificity, formatProportion(test.specificity)),
    ]),
  );
}

export function toStrangerTable({ outOfDistribution }: Evaluation): string {
  if (!outOfDistribution) return "";
  const { falseAlarms, strangers } = outOfDistribution;
  return toTable(
    ["images", "how many", "withheld by the gate", "withheld for any reason"],
    [
      ["the test images (false alarms)", "", withTrack(falseAlarms, formatProportion(falseAlarms)), ""],
      ...strangers.map(({ name, images, caught, withheld }) => [
        escapeHtml(name),
        String(images),
        withTrack(caught, formatProportion(caught)),
        withTrack(withheld, formatProportion(withheld)),
      ]),
    ],
  );
}

export function toSubgroupTable({ subgroups = [] }: Evaluation): string {
  return toTable(
    ["part", "images", "accuracy"],
    subgroups.map(({ name, images, accuracy }) => [
      escapeHtml(name),
      String(images),
      withTrack(accuracy, formatProportion(accuracy)),
    ]),
  );
}

/** The value, its track, and the interval beneath. */
function withTrack(figure: Figure | Proportion, text: string): string {
  const [value, interval] = text.split(" (");
  if (interval === undefined) return value;
  return `${value}${drawIntervalTrack(figure)}<span class="quiet">${interval.replace(")", "")}</span>`;
}

/** Cells are HTML already. */
function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<div class="card scroll"><table>${row(head, "th")}${rows.map((cells) => row(cells, "td")).join("")}</table></div>`;
}
