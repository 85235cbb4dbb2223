// The bundle's README.md: what the model is for, what it was trained on, how well it did and where it fails. Its parts
// are those of the Coalition for Health AI's model card, as far as they are known of a model that is no product.

import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { describeDecision } from "./describe-decision.ts";
import { writeEvaluation } from "./write-evaluation.ts";
import { writeTable } from "./write-table.ts";

export function writeModelCard(manifest: Omit<Manifest, "files">, evaluation: Evaluation): string {
  const { name, version, title, training, input, labels } = manifest;
  const { dataset } = training;
  return `# ${title}

\`${name}\` ${version}. Research and engineering software. Not a medical device; not for diagnosis, treatment or any
clinical decision.

## Identity

${writeTable(
  ["", ""],
  [
    ["name and version", `\`${name}\` ${version}`],
    ["release stage", "research"],
    ["regulatory status", "none; not a medical device anywhere"],
    ["task", `${manifest.task}, from one image`],
    ["fitted", describeFit(training)],
    ["code revision", `\`${training.revision}\``],
    ...describeQuantisation(manifest),
    ["origin", "signed; `model.sig` names the key, and the service answers with the digest of `bundle.json`"],
  ],
)}

## Intended use

${manifest.intendedUse}

Out of scope: every clinical decision, and every image unlike those it was trained on.

## Limitations

${manifest.limitations.map((limitation) => `- ${limitation}`).join("\n")}

## Input and output

${input.height} x ${input.width} ${input.colour} image; other sizes are resized (${input.resize.mode}, ${input.resize.filter}).
Labels: ${labels.map((label) => label.name).join(", ")}. Decision: ${manifest.decision.policy}. Calibration: ${manifest.calibration.method}.

${describeDecision(manifest)}

## Training

${writeTable(
  ["", ""],
  [
    ["data set", `${dataset.name}, training split`],
    ["data set SHA-256", `\`${dataset.sha256}\``],
    ["data set licence", dataset.licence],
    ["citation", dataset.citation],
    ["recipe", `\`${training.recipe}\`, seed ${training.seed}`],
    ["fitted", describeFit(training)],
    ["code revision", `\`${training.revision}\``],
    ...describeBackbone(training.backbone),
  ],
)}

${writeEvaluation(evaluation)}

## What is not known

- How it does in other hospitals, on other devices, or on groups of people that its data set does not name.
- Whether anyone is better off for using it: no study has looked.

## Citation

Data: ${dataset.citation}

## Licence

Model: ${manifest.licence}. Data: ${dataset.licence}.
`;
}

function describeQuantisation({ quantisation }: Pick<Manifest, "quantisation">): string[][] {
  if (!quantisation) return [];
  const { file, original, layers, chosenOn } = quantisation;
  return [
    [
      "arithmetic",
      `8 bits in the layers that \`${file}\` names, float32 elsewhere and on engines without such kernels`,
    ],
    ["made of", `version ${original.version}, \`${original.sha256}\`; ranges and abstention fitted anew`],
    ...(layers
      ? [["layers", `${layers.sevenBits} on 7 bits, ${layers.eightBits} on 8 bits, ${layers.float32} left in float32`]]
      : []),
    ...(chosenOn
      ? [
          [
            `against it, on ${chosenOn.images} images, ${chosenOn.validationImages} of them for validation`,
            `logits off by ${formatShare(chosenOn.logitError)} of their variance, ${formatShare(chosenOn.answersChanged)} of the answers others (McNemar p ${chosenOn.mcnemarP.toFixed(2)}), AUC moved by ${chosenOn.aucShift.toFixed(4)}`,
          ],
        ]
      : []),
  ];
}

const formatShare = (value: number): string => `${(100 * value).toPrecision(2)} %`;

function describeFit({ epochs, runs, batchSize }: Manifest["training"]): string {
  const fit = `${epochs} epochs of batches of ${batchSize}`;
  return runs === undefined ? fit : `${runs} times ${fit}, the weights averaged`;
}

/** Names of layers come from the backbone's file; only plain ones are shown. */
function describeBackbone(backbone: Manifest["training"]["backbone"]): string[][] {
  if (!backbone) return [];
  const [features, cut] = [backbone.features, backbone.cut].map((name) => `\`${name.replaceAll(/[^\w./-]/g, "?")}\``);
  return [
    ["backbone SHA-256", `\`${backbone.sha256}\``],
    ["backbone", `trained after ${cut}, with a new head on ${features}; what it was trained on before is not recorded`],
  ];
}
