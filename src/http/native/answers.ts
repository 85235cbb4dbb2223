// What a prediction and a model look like in the native dialect.

import type { Failure, Result } from "../../base/result.ts";
import type { Label } from "../../bundle/manifest.ts";
import { toModelVersionStatus } from "../../interop/tf-serving/model-status.ts";
import type { Prediction, PredictReason } from "../../predict.ts";
import type { ModelStatus } from "../../registry/cache/followed-channels.ts";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { ListedModel } from "../../registry/channels/read-channels.ts";
import { NOTICE } from "../notice.ts";
import { toProblemCode, toProblemMember } from "../problem.ts";
import type { ReadImageReason } from "./read-images.ts";
import type {
  Classification,
  Classifications,
  ExplanationAnswer,
  ImageResult,
  ModelCard,
  ModelList,
} from "./schemas.ts";

/** A prediction, and its map where the caller asked for one. */
export type Answer = Prediction & { explanation?: ExplanationAnswer };

export type ImageAnswer = Result<Answer, Failure<PredictReason | ReadImageReason>>;

/** The `top` most probable labels, the most probable first. */
export function toClassification(answer: Answer, model: ServedModel, requestId: string, top: number): Classification {
  return { requestId, model: toModelIdentity(model), ...toImageResult(answer, top), notice: NOTICE };
}

/** For each image, in order, its result or why it has none. */
export function toClassifications(
  answers: readonly ImageAnswer[],
  model: ServedModel,
  requestId: string,
  top: number,
): Classifications {
  const results = answers.map((answer) =>
    answer.ok
      ? toImageResult(answer.value, top)
      : { error: toProblemMember(toProblemCode(answer.error), answer.error.detail) },
  );
  return { requestId, model: toModelIdentity(model), results, notice: NOTICE };
}

function toImageResult({ scores, decision, image, explanation }: Answer, top: number): ImageResult {
  const ranked = scores.toSorted((a, b) => b.probability - a.probability).slice(0, top);
  return {
    labels: ranked.map(({ label, probability, logit }) => ({ ...toNamedLabel(label), probability, logit })),
    decision,
    image,
    ...(explanation && { explanation }),
  };
}

/** What a caller may want to know of a model before trusting an answer of it, and what the service has of it just now. */
export function toModelCard(model: ServedModel, status: ModelStatus | undefined): ModelCard {
  const { name, version, title, task, labels, input, calibration, decision, training } = model.manifest;
  const { licence, intendedUse, limitations } = model.manifest;
  return {
    model: toModelIdentity(model),
    title,
    task,
    labels: labels.map(toNamedLabel),
    input,
    calibration,
    decision,
    training,
    licence,
    intendedUse,
    limitations,
    ...(status && { status }),
    notice: NOTICE,
    name,
    ready: true,
    model_version_status: toModelVersionStatus(version),
  };
}

/** `statusOf` knows the models that somebody has asked for. */
export function toModelList(
  models: readonly ListedModel[],
  statusOf: (name: string) => ModelStatus | undefined,
): ModelList {
  return {
    models: models.map(({ name }) => name),
    channels: Object.fromEntries(models.map(({ name, channels }) => [name, channels])),
    status: Object.fromEntries(
      models.flatMap(({ name }) => {
        const status = statusOf(name);
        return status ? [[name, status]] : [];
      }),
    ),
    notice: NOTICE,
  };
}

function toModelIdentity({ manifest, digest, channel }: ServedModel) {
  return { name: manifest.name, version: manifest.version, digest, ...(channel !== undefined && { channel }) };
}

export const toNamedLabel = ({ name, coding }: Label) => ({ label: name, ...(coding && { coding }) });
