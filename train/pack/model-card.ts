// The bundle's README.md: what the model is for, what it was trained on, how well it did and where it fails.

import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Evaluation } from "../evaluate/evaluate.ts";
import type { Proportion } from "../evaluate/confusion.ts";

export function writeModelCard(manifest: Omit<Manifest, "files">, evaluation: Evaluation): string {
  const { name, version, title, training, input, labels } = manifest;
  const { dataset } = training;
  return `# ${title}

\`${name}\` ${version}. Research and engineering software. Not a medical device; not for diagnosis, treatment or any
clinical decision.

## Intended use

${manifest.intendedUse}

## Limitations

${manifest.limitations.map((limitation) => `- ${limitation}`).join("\n")}

## Input and output

${input.height} x ${input.width} ${input.colour} image; other sizes are resized (${input.resize.mode}, ${input.resize.filter}).
Labels: ${labels.map((label) => label.name).join(", ")}. Decision: ${manifest.decision.policy}. Calibration: ${manifest.calibration.method}.

## Training

| | |
|---|---|
| data set | ${dataset.name}, training split |
| data set SHA-256 | \`${dataset.sha256}\` |
| data set licence | ${dataset.licence} |
| citation | ${dataset.citation} |
| recipe | \`${training.recipe}\`, seed ${training.seed} |
| code revision | \`${training.revision}\` |

## Evaluation

${evaluation.dataset.images} images of the ${evaluation.dataset.split} split of ${evaluation.dataset.name}, each posted as a file through the code that serves.
Intervals: ${evaluation.intervals}.

Accuracy: ${formatProportion(evaluation.accuracy)}

| class | images | precision | recall |
|---|---|---|---|
${evaluation.classes
  .map(
    ({ label, support, precision, recall }) =>
      `| ${label} | ${support} | ${formatProportion(precision)} | ${formatProportion(recall)} |`,
  )
  .join("\n")}

Confusion matrix, rows the truth, columns the prediction:

| | ${evaluation.classes.map(({ label }) => label).join(" | ")} |
|---|${evaluation.classes.map(() => "---|").join("")}
${evaluation.confusionMatrix.map((row, i) => `| **${evaluation.classes[i].label}** | ${row.join(" | ")} |`).join("\n")}

## Licence

Model: ${manifest.licence}. Data: ${dataset.licence}.
`;
}

/** "98.44 % (98.18 to 98.66)". */
export function formatProportion(proportion: Proportion): string {
  if (!proportion) return "none";
  const percent = (value: number) => (100 * value).toFixed(2);
  const [low, high] = proportion.interval95;
  return `${percent(proportion.value)} % (${percent(low)} to ${percent(high)})`;
}
