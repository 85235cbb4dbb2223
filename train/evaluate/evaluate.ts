// Evaluates a model on labelled images the way it is used: each is encoded as PNG and goes through src/predict.ts.

import { encode } from "fast-png";
import type { DecodeImage } from "../../src/image/decode-image.ts";
import type { Pixels } from "../../src/image/pixels.ts";
import type { Model } from "../../src/model/model.ts";
import { predict } from "../../src/predict.ts";
import type { Split } from "../data/dataset.ts";
import {
  countConfusion,
  toAccuracy,
  toClassFigures,
  type ClassFigures,
  type ConfusionMatrix,
  type Proportion,
} from "./confusion.ts";

export type Evaluation = {
  schemaVersion: 1;
  dataset: { name: string; split: "test"; sha256: string; images: number };
  intervals: "Wilson score, 95 %";
  accuracy: Proportion;
  classes: ClassFigures[];
  /** Rows are the truth, columns the prediction, in the order of the manifest's labels. */
  confusionMatrix: ConfusionMatrix;
};

export async function evaluate(
  model: Model,
  images: Split,
  dataset: { name: string; sha256: string },
  decodeImage: DecodeImage,
  onImage: (done: number) => void,
): Promise<Evaluation> {
  const predicted = new Uint16Array(images.count);
  for (let i = 0; i < images.count; i++) {
    const pixels = await images.read(i);
    if (!pixels.ok) throw new Error(`test image ${images.nameOf(i)} cannot be read: ${pixels.error.detail}`);
    const prediction = await predict(encodePng(pixels.value), model, decodeImage);
    if (!prediction.ok) throw new Error(`test image ${i} was refused: ${prediction.error.detail}`);
    const { scores } = prediction.value;
    predicted[i] = scores.reduce(
      (best, score, label) => (score.probability > scores[best].probability ? label : best),
      0,
    );
    onImage(i + 1);
  }
  const labels = model.manifest.labels.map(({ name }) => name);
  const confusionMatrix = countConfusion(images.labels, predicted, labels.length);
  return {
    schemaVersion: 1,
    dataset: { ...dataset, split: "test", images: images.count },
    intervals: "Wilson score, 95 %",
    accuracy: toAccuracy(confusionMatrix),
    classes: toClassFigures(confusionMatrix, labels),
    confusionMatrix,
  };
}

/** The image as the file a caller would post. */
export function encodePng({ width, height, channels, data, maxValue }: Pixels): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode({ width, height, channels, depth: maxValue === 255 ? 8 : 16, data }));
}
