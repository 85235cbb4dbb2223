// The tensors that a model takes and gives in the Open Inference Protocol, and what its metadata says of them.

import type { Manifest } from "../../../bundle/manifest.ts";

/** The one input. */
export const INPUT = "image";

/**
 * `decision` is the decision as JSON text; `label` is the name that it decides for, empty when it is withheld. Several
 * labels have no one name, so a multilabel model has no `label`.
 */
export const OUTPUTS = ["probabilities", "logits", "label", "decision"] as const;

export type OutputName = (typeof OUTPUTS)[number];

export type Datatype = "UINT8" | "FP32" | "BYTES";

/** -1 stands for a dimension of any length. */
export type TensorMetadata = { name: string; datatype: Datatype; shape: number[] };

export const outputNames = ({ task }: Pick<Manifest, "task">): OutputName[] =>
  OUTPUTS.filter((name) => name !== "label" || task !== "multilabel");

/** The input has the size that the graph has; images of another size are taken too, and resized as the manifest says. */
export function inputMetadata({ height, width, colour }: Manifest["input"]): TensorMetadata {
  return { name: INPUT, datatype: "UINT8", shape: [-1, height, width, colour === "grey" ? 1 : 3] };
}

export const outputMetadata = (manifest: Manifest): TensorMetadata[] =>
  outputNames(manifest).map((name) =>
    isScores(name)
      ? { name, datatype: "FP32", shape: [-1, manifest.labels.length] }
      : { name, datatype: "BYTES", shape: [-1] },
  );

/** Outputs with a number for each label; the others have a text for each image. */
export const isScores = (name: OutputName): name is "probabilities" | "logits" =>
  name === "probabilities" || name === "logits";
