// The evaluation that a bundle ships: on the data set's own test images, with strange and damaged ones.

import { createImageReader } from "../../src/image/read-image.ts";
import type { Model } from "../../src/model/model.ts";
import { loadCodecModules } from "../codec-modules.ts";
import type { Dataset } from "../data/dataset.ts";
import { evaluate, type EvaluateOptions } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";
import { STRANGE_KINDS, strangeImages } from "./images/strange-images.ts";

/** How many test images are damaged to see what that does; each is looked at 26 times. */
const CORRUPTED_IMAGES = 300;

const STRANGE_IMAGES = 200;

/** The images have been read before, and the model accepts what its recipe was made for: a failure is a bug. */
export async function evaluateForRelease(
  model: Model,
  { test, name, sha256, ordinal = false }: Dataset,
  options: Pick<EvaluateOptions, "seed" | "onProgress">,
): Promise<Evaluation> {
  const { input, decision } = model.manifest;
  const strangers = new Map(
    STRANGE_KINDS.map((kind) => [kind, strangeImages(kind, input, STRANGE_IMAGES, "measuring")]),
  );
  const evaluated = await evaluate(model, test, { name, sha256 }, createImageReader(await loadCodecModules()), {
    ...options,
    ordinal,
    ...(decision.abstention.outOfDistribution && { strangers }),
    corrupted: CORRUPTED_IMAGES,
  });
  if (!evaluated.ok) throw new Error(evaluated.error.detail);
  return evaluated.value.evaluation;
}
