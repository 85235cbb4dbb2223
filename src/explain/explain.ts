// A prediction, and a map of what moved it. The prediction is the spine's own: its model is watched, so that the map is
// made of the very input and, where the network allows it, of the very forward pass.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { InputSpec, Label } from "../bundle/manifest.ts";
import { classActivationMap } from "../decision/explain/class-activation-map.ts";
import { explainedLabel } from "../decision/explain/explained-label.ts";
import { toLabelScore, type LabelScore } from "../decision/explain/label-score.ts";
import { occlusionMap } from "../decision/explain/occlusion-map.ts";
import { rangeOf, type ScoreGrid } from "../decision/explain/score-grid.ts";
import type { Samples } from "../image/pixels.ts";
import type { ReadImage } from "../image/read-image.ts";
import type { Model, Output } from "../model/model.ts";
import { imagesPerPass, predict, type PostedImage, type Prediction, type PredictReason } from "../predict.ts";
import { inputArea } from "../preprocess/input-area.ts";
import type { Rectangle, Size } from "../preprocess/place-image.ts";
import { preprocess } from "../preprocess/preprocess.ts";
import { drawOverlay } from "./draw-overlay.ts";
import { createPictureReader, type Picture } from "./picture.ts";

export type Explanation = {
  label: Label;
  method: "class_activation" | "occlusion";
  /** How many covered copies of the image the network was given beside the image. */
  occlusions: number;
  map: ScoreGrid;
  /** Of the map's values; the overlay's colours run from one end to the other. */
  range: { minimum: number; maximum: number };
  /**
   * Where the map lies, in pixels of the posted image; it reaches beyond it where the model's input is padded. Its cells
   * are taken to lie evenly; a network's own padding moves what they have seen by up to half a cell.
   */
  area: Rectangle;
  /** The posted image, shrunk if it is large, under the map's colours. */
  overlay: Picture;
};

export type Explained = Prediction & { explanation: Explanation };

export type ExplainedImage = Result<Explained, Failure<PredictReason>>;

/**
 * `label` is a place in the manifest's order; without it the map is of the label decided for. `pause` is waited for before each
 * further pass that a map takes: others have their turn, and whatever it throws ends the work.
 */
export type ExplainOptions = { label?: number | undefined; pause?: (() => Promise<void>) | undefined };

/** A map or a failure for each image, in order; one after the other, since each may take as much work as many. */
export async function explainAll(
  images: readonly PostedImage[],
  model: Model,
  readImage: ReadImage,
  { label, pause }: ExplainOptions = {},
): Promise<ExplainedImage[]> {
  const explained: ExplainedImage[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one image is read at a time
  for (const image of images) explained.push(await explain(image, model, readImage, { label, pause }));
  return explained;
}

export async function explain(
  image: PostedImage,
  model: Model,
  readImage: ReadImage,
  { label, pause }: ExplainOptions = {},
): Promise<ExplainedImage> {
  const { manifest, classActivation } = model;
  const passes: { inputHwc: Float32Array; output: Output }[] = [];
  const watchedModel: Model = {
    ...model,
    run(inputHwc) {
      const outputs = model.run(inputHwc, { featureMap: classActivation !== undefined });
      passes.push({ inputHwc, output: outputs[0] });
      return outputs;
    },
  };
  const pictureReader = createPictureReader(readImage, manifest.input);
  const predicted = await predict(image, watchedModel, pictureReader.readImage);
  if (!predicted.ok) return predicted;
  const prediction = predicted.value;
  const index = label ?? explainedLabel(prediction.scores, prediction.decision);
  const mapped = await drawMap(model, passes[0], toLabelScore(index, manifest), pause);
  if (!mapped.map.values.every(Number.isFinite))
    return fail("not_finite", "the model's scores for the covered image are not finite numbers");
  const area = inputArea(prediction.image, manifest.input);
  const shown = await pictureReader.readPicture(image);
  if (!shown.ok) return shown;
  const picture = shown.value;
  const range = rangeOf(mapped.map);
  const overlay = drawOverlay(picture, mapped.map, range, toPictureArea(area, prediction.image, picture));
  return ok({ ...prediction, explanation: { label: manifest.labels[index], ...mapped, range, area, overlay } });
}

function toPictureArea({ x, y, width, height }: Rectangle, image: Size, picture: Size): Rectangle {
  const [across, down] = [picture.width / image.width, picture.height / image.height];
  return { x: x * across, y: y * down, width: width * across, height: height * down };
}

/** From the forward pass that has been made where the network ends in an average, and otherwise from new ones. */
async function drawMap(
  model: Model,
  { inputHwc, output }: { inputHwc: Float32Array; output: Output },
  score: LabelScore,
  pause: ExplainOptions["pause"],
): Promise<Pick<Explanation, "method" | "occlusions" | "map">> {
  const { classActivation } = model;
  if (classActivation && output.featureMap)
    return {
      method: "class_activation",
      occlusions: 0,
      map: classActivationMap(output.featureMap, classActivation, score),
    };
  const { input } = model.manifest;
  const scoreOf = ({ logits }: Output) => score.sign * logits[score.index];
  const map = await occlusionMap(
    { height: input.height, width: input.width, samplesHwc: inputHwc, background: toBackground(input) },
    scoreOf(output),
    imagesPerPass(input),
    async (inputNhwc) => {
      await pause?.();
      return model.run(inputNhwc).map(scoreOf);
    },
  );
  return { method: "occlusion", occlusions: map.values.length, map };
}

/** The manifest's background as preprocessing leaves it, one sample a channel. */
function toBackground(input: InputSpec): Float32Array {
  const pixel: Samples = { width: 1, height: 1, channels: 1, data: Uint8Array.of(input.background), maxValue: 255 };
  return preprocess(pixel, { ...input, width: 1, height: 1 });
}
