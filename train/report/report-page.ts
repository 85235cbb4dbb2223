// An evaluation as one HTML file that people would rather look at than read. It needs nothing else, runs no script, and
// shows images of the data set with their names: it is for whoever may see the data, never for publication.

import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { describeDecision } from "../pack/describe-decision.ts";
import { formatProportion } from "../pack/format-figure.ts";
import { drawConfusion } from "./charts/confusion-chart.ts";
import { drawCorruptions } from "./charts/corruption-charts.ts";
import { drawLearningCurves } from "./charts/learning-curves.ts";
import { drawPrecisionRecall } from "./charts/precision-recall-chart.ts";
import { drawReliability } from "./charts/reliability-chart.ts";
import { drawRiskCoverage } from "./charts/risk-coverage-chart.ts";
import { drawRoc } from "./charts/roc-chart.ts";
import { escapeHtml } from "./escape-html.ts";
import { htmlHead } from "./html-head.ts";
import type { Mistake } from "./find-mistakes.ts";
import { REPORT_STYLE } from "./parts/report-style.ts";
import { toDetectionTable, toOperatingTable, toStrangerTable, toSubgroupTable } from "./parts/report-tables.ts";
import { toTiles } from "./parts/report-tiles.ts";
import type { TrainingHistory } from "./training-history.ts";

export type Report = {
  manifest: Manifest;
  digest: string;
  evaluation: Evaluation;
  mistakes: readonly Mistake[];
  history?: TrainingHistory | undefined;
};

export function toReportPage({ manifest, digest, evaluation, mistakes, history }: Report): string {
  const { dataset, corruptions, outOfDistribution, subgroups, operatingPoints, confusionMatrix } = evaluation;
  const curves = history && drawLearningCurves(history, manifest.training.bestEpoch);
  const confusion = drawConfusion(evaluation);
  const riskCoverage = drawRiskCoverage(evaluation);
  return `${htmlHead(`${manifest.title}: evaluation`, REPORT_STYLE)}
<p class="quiet">${escapeHtml(manifest.name)} ${escapeHtml(manifest.version)}, digest ${escapeHtml(digest)}<br>
${dataset.images} images of ${escapeHtml(dataset.name)}, each posted as a file through the code that serves</p>
<p class="notice">Research and engineering software, not a medical device. This page shows images of the data set and their names; keep it where the data may be.</p>
${toTiles(evaluation)}
<p class="quiet">Bands are 95 % intervals. ${escapeHtml(evaluation.methods["wilson"] ?? "")}.</p>

<h2>What it tells apart</h2>
<div class="grid">
${card("ROC curve", drawRoc(evaluation))}
${card("Precision and recall", drawPrecisionRecall(evaluation))}
${confusion && confusionMatrix ? card("Confusion matrix, rows the truth", confusion) : ""}
</div>
${section("Each label against the rest", toDetectionTable(evaluation))}
${operatingPoints.length > 0 ? section("What the threshold promised, and what it does", toOperatingTable(evaluation)) : ""}
${subgroups ? section("Parts of the images", toSubgroupTable(evaluation)) : ""}

<h2>How sure it is, and when it keeps silent</h2>
<p>${describeDecision(manifest)
    .split("\n")
    .map((line) => escapeHtml(line.replace(/^- /, "")))
    .join("<br>")}</p>
<div class="grid">
${card("Stated against observed", drawReliability(evaluation))}
${riskCoverage ? card("What abstaining buys", riskCoverage) : ""}
</div>
${outOfDistribution ? section("Images it was not made for", `<p class="quiet">${escapeHtml(evaluation.methods["outOfDistribution"] ?? "")}.</p>\n${toStrangerTable(evaluation)}`) : ""}

${
  corruptions
    ? `<h2>As images get worse</h2>
<p>Accuracy on ${corruptions.images} test images, ${formatProportion(corruptions.undamaged.accuracy)} undamaged. The dashed line is the share withheld.</p>
<div class="grid small">
${drawCorruptions(evaluation)
  .map(({ kind, svg }) => card(kind, svg))
  .join("\n")}
</div>`
    : ""
}

${curves ? `<h2>How it learnt</h2>\n<div class="grid">${card("Loss", curves.loss)}${card("Accuracy", curves.accuracy)}</div>` : ""}

${mistakes.length > 0 ? `<h2>Its worst mistakes</h2>\n<p>Wrong answers it was surest of.</p>\n<div class="sheet">${mistakes.map(toFigure).join("\n")}</div>` : ""}
</html>
`;
}

const card = (heading: string, content: string): string =>
  `<figure class="card"><h3>${escapeHtml(heading)}</h3>${content}</figure>`;

const section = (heading: string, content: string): string => `<h2>${escapeHtml(heading)}</h2>\n${content}`;

function toFigure({ name, imageUrl, truth, said, probability, withheld }: Mistake): string {
  const text = `${truth}, taken for ${said}${withheld ? " (withheld)" : ""}`;
  return `<figure><img alt="${escapeHtml(text)}" src="${imageUrl}"><figcaption>${escapeHtml(text)}<br>
<span class="quiet">${(100 * probability).toFixed(2)} % for the truth<br>${escapeHtml(name)}</span></figcaption></figure>`;
}
