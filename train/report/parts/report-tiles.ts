// The few figures that a report opens with.

import type { Proportion } from "../../evaluate/figures/confusion.ts";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import type { Figure } from "../../evaluate/metrics/figure.ts";
import { formatFigure, formatProportion } from "../../pack/format-figure.ts";
import { drawIntervalTrack } from "./interval-track.ts";

export function toTiles({ accuracy, overall, detection, selective, classes }: Evaluation): string {
  const [positive] = detection;
  const isBinary = detection.length === 1 && classes.length === 2;
  const tiles = [
    toTile("accuracy", accuracy, formatProportion),
    toTile(isBinary ? "AUC" : "AUC, mean of the labels", isBinary ? positive.auc : overall.macroAuc, formatFigure),
    ...(isBinary
      ? [
          toTile("sensitivity", positive.sensitivity, formatProportion),
          toTile("specificity", positive.specificity, formatProportion),
        ]
      : [
          toTile("balanced accuracy", overall.balancedAccuracy, formatProportion),
          toTile("F1, mean of the labels", overall.macroF1, formatFigure),
        ]),
    toTile("calibration error", overall.calibrationError, formatFigure),
    ...(selective ? [toTile("answered", selective.coverage, formatProportion)] : []),
  ];
  return `<div class="grid tiles">${tiles.join("\n")}</div>`;
}

function toTile<Shown extends Figure | Proportion>(
  name: string,
  figure: Shown,
  format: (figure: Shown) => string,
): string {
  if (!figure) return "";
  const [value, interval] = format(figure).split(" (");
  return `<div class="card tile"><span class="quiet">${name}</span><b>${value}</b>${drawIntervalTrack(figure)}<span class="quiet">${interval?.replace(")", "") ?? ""}</span></div>`;
}
