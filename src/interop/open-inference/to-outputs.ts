// Predictions to the tensors that a request asks for.

import type { Manifest } from "../../bundle/manifest.ts";
import type { Prediction } from "../../predict.ts";
import { toDecidedLabel } from "../decided-label.ts";
import type { RequestedOutput } from "./requested-outputs.ts";
import { toShortestFloat32 } from "./tensor/shortest-float32.ts";
import { isScores } from "./tensor/tensor-names.ts";

/** Elements in row-major order. */
export type OutputTensor = { name: string; shape: number[]; binary: boolean } & (
  | { datatype: "FP32"; data: Float32Array<ArrayBuffer> }
  | { datatype: "BYTES"; data: string[] }
);

export function toOutputs(
  predictions: readonly Prediction[],
  manifest: Manifest,
  requested: readonly RequestedOutput[],
): OutputTensor[] {
  const images = predictions.length;
  const labels = manifest.labels.length;
  return requested.map(({ name, binary, classes }) => {
    if (!isScores(name)) {
      const data = predictions.map(({ decision }) =>
        name === "label" ? toDecidedLabel(decision, manifest.labels) : JSON.stringify(decision),
      );
      return { name, binary, datatype: "BYTES", shape: [images], data };
    }
    const field = name === "probabilities" ? "probability" : "logit";
    const rows = predictions.map(({ scores }) => Float32Array.from(scores, (score) => score[field]));
    if (classes !== undefined) {
      const data = rows.flatMap((row) => toClassification(row, manifest, classes));
      return { name, binary, datatype: "BYTES", shape: [images, classes], data };
    }
    const data = new Float32Array(images * labels);
    for (const [i, row] of rows.entries()) data.set(row, i * labels);
    return { name, binary, datatype: "FP32", shape: [images, labels], data };
  });
}

/** "value:index:label" of the highest values, the highest first; of equal ones the first label's. */
function toClassification(row: Float32Array, { labels }: Manifest, classes: number): string[] {
  const ranked = [...row.keys()].toSorted((a, b) => row[b] - row[a]);
  return ranked.slice(0, classes).map((i) => `${toShortestFloat32(row[i])}:${i}:${labels[i].name}`);
}
