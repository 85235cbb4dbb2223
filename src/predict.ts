// The spine: posted images in, calibrated predictions out. The edge, the command line and the evaluator call it.

import { fail, ok, type Failure, type Result } from "./base/result.ts";
import type { InputSpec } from "./bundle/manifest.ts";
import { decide, type Verdict } from "./decision/decide.ts";
import type { DecodeReason, MediaType, ReadImage } from "./image/read-image.ts";
import type { Samples } from "./image/pixels.ts";
import type { Model, Output } from "./model/model.ts";
import { openInput, type OpenInput } from "./preprocess/open-input.ts";
import { preprocess } from "./preprocess/preprocess.ts";
import { toReadLimits } from "./preprocess/read-limits.ts";

/** The bytes of a file, or the samples of an image that the caller has decoded. */
export type PostedImage = Uint8Array | Samples;

/** `mediaType` stands where a file was posted. */
export type ImageFacts = { mediaType?: MediaType; width: number; height: number };

export type Prediction = Verdict & { image: ImageFacts };

export type PredictReason = DecodeReason | "too_many_bytes" | "not_finite";

export type Predicted = Result<Prediction, Failure<PredictReason>>;

/** One forward pass takes as many images as have inputs of this size together: activations are several times as large. */
const PASS_INPUT_BYTES = 1024 * 1024;
const PASS_IMAGES = 64;

/** Reads an image within the manifest's ceilings, runs the model on it and decides. */
export async function predict(image: PostedImage, model: Model, readImage: ReadImage): Promise<Predicted> {
  const [predicted] = await predictAll([image], model, readImage);
  return predicted;
}

/** Gives a prediction or a failure for each image, in order; images that fit together share a forward pass. */
export async function predictAll(
  images: readonly PostedImage[],
  model: Model,
  readImage: ReadImage,
): Promise<Predicted[]> {
  const perPass = imagesPerPass(model.manifest.input);
  const predicted: Predicted[] = [];
  for (let i = 0; i < images.length; i += perPass) {
    // oxlint-disable-next-line no-await-in-loop -- one pass at a time bounds the memory
    predicted.push(...(await predictInOnePass(images.slice(i, i + perPass), model, readImage)));
  }
  return predicted;
}

/** How many images may share a forward pass. */
export function imagesPerPass({ width, height, colour }: InputSpec): number {
  const inputBytes = 4 * width * height * (colour === "grey" ? 1 : 3);
  return Math.min(PASS_IMAGES, Math.max(1, Math.floor(PASS_INPUT_BYTES / inputBytes)));
}

type Prepared = { facts: ImageFacts; inputHwc: Float32Array };

async function predictInOnePass(
  images: readonly PostedImage[],
  model: Model,
  readImage: ReadImage,
): Promise<Predicted[]> {
  const prepared: Result<Prepared, Failure<PredictReason>>[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one image is read at a time
  for (const image of images) prepared.push(await prepare(image, model, readImage));
  const inputs = prepared.flatMap((image) => (image.ok ? [image.value.inputHwc] : []));
  const outputs = inputs.length === 0 ? [] : model.run(concatenate(inputs));
  let next = 0;
  return prepared.map((image) => (image.ok ? toPrediction(outputs[next++], image.value.facts, model) : image));
}

async function prepare(
  image: PostedImage,
  { manifest: { input } }: Model,
  readImage: ReadImage,
): Promise<Result<Prepared, Failure<PredictReason>>> {
  if (!(image instanceof Uint8Array)) {
    const { width, height } = image;
    if (width * height > input.maxPixels)
      return fail("too_many_pixels", "the image has more pixels than the model accepts");
    return ok({ facts: { width, height }, inputHwc: preprocess(image, input) });
  }
  if (image.length > input.maxBytes) return fail("too_many_bytes", "the image has more bytes than the model accepts");
  let opened: OpenInput | undefined;
  const read = await readImage(image, toReadLimits(input), (header) => {
    opened = openInput(header, input);
    return opened.take;
  });
  if (!read.ok) return read;
  if (!opened) return fail("corrupt", "the image has no pixels");
  return ok({ facts: read.value, inputHwc: opened.finish() });
}

function toPrediction(
  { logits, features }: Output,
  image: ImageFacts,
  { manifest, featureStatistics: statistics }: Model,
): Predicted {
  if (!logits.every(Number.isFinite))
    return fail("not_finite", "the model's scores for this image are not finite numbers");
  const verdict = decide(logits, manifest, features && statistics && { row: features, statistics });
  return ok({ ...verdict, image });
}

function concatenate(rows: readonly Float32Array[]): Float32Array {
  if (rows.length === 1) return rows[0];
  const all = new Float32Array(rows.length * rows[0].length);
  for (const [i, row] of rows.entries()) all.set(row, i * row.length);
  return all;
}
