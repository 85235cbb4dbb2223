// The maps of a request's images, and what they look like in its answer.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { Explained } from "../../../explain/explain.ts";
import type { PredictReason } from "../../../predict.ts";
import type { ServedModel } from "../../../registry/cache/model-cache.ts";
import type { RequestContext } from "../../env.ts";
import type { Inference } from "../../inference/inference.ts";
import type { RefusedAdmission } from "../../load/admit-request.ts";
import { answerReadable } from "../answer-readable.ts";
import type { ImageAnswer } from "../answers.ts";
import { toExplanation } from "./explanation.ts";
import type { ReadImage, ReadImageReason } from "../read-images.ts";

type ExplainedImages = Result<Explained, Failure<PredictReason | ReadImageReason>>[];

/** `label` is a name; without it each map is of the label decided for. */
export async function explainImages(
  c: RequestContext,
  inference: Inference,
  model: ServedModel,
  images: readonly ReadImage[],
  { label, maxImages }: { label: string | undefined; maxImages: number },
): Promise<Result<ExplainedImages, Failure<"invalid_parameter" | "too_many_images"> | RefusedAdmission>> {
  const index = model.manifest.labels.findIndex(({ name }) => name === label);
  if (label !== undefined && index === -1)
    return fail("invalid_parameter", "label is the name of one of the model's labels");
  if (images.length > maxImages)
    return fail("too_many_images", `a request with explain=map may have at most ${maxImages} images`);
  const explainAll = (readable: Parameters<Inference["explainAll"]>[2]) =>
    inference.explainAll(c, model, readable, index === -1 ? undefined : index);
  return answerReadable(images, explainAll);
}

export function toAnswers(images: ExplainedImages, model: ServedModel): Promise<ImageAnswer[]> {
  return Promise.all(
    images.map(async (image) =>
      image.ok ? ok({ ...image.value, explanation: await toExplanation(image.value.explanation, model) }) : image,
    ),
  );
}
