// What a model answers to: `:predict` and `:classify`, from a body to its answer. A failed image fails its request, as it does
// in TensorFlow Serving.

import type * as z from "zod/mini";
import { ok, type Failure, type Result } from "../../base/result.ts";
import { classifyRequestSchema, readClassifyRequest } from "../../interop/tf-serving/requests/read-classify-request.ts";
import {
  predictRequestSchema,
  readPredictRequest,
  type ReadPredictReason,
} from "../../interop/tf-serving/requests/read-predict-request.ts";
import { writeClassifications } from "../../interop/tf-serving/write-classifications.ts";
import { writePredictions } from "../../interop/tf-serving/write-predictions.ts";
import type { PostedImage, Prediction } from "../../predict.ts";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { RequestContext } from "../env.ts";
import type { Inference } from "../inference/inference.ts";
import { predictEvery } from "../inference/predict-every.ts";
import { refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { parseAs, readJson } from "../request/read-json.ts";

type Verb = (c: RequestContext, inference: Inference, model: ServedModel, limits: RequestLimits) => Promise<Response>;

/** The images of a request, and how its answer is written. */
type Read = Result<
  { images: PostedImage[]; write: (predictions: readonly Prediction[]) => object },
  Failure<ReadPredictReason>
>;

function createVerb<Schema extends z.ZodMiniType>(
  schema: Schema,
  read: (parsed: z.infer<Schema>, model: ServedModel, maxImages: number) => Read,
): Verb {
  return async (c, inference, model, limits) => {
    const json = await readJson(c, limits);
    if (!json.ok) return refuseFailure(c, json.error);
    const parsed = parseAs(schema, json.value);
    if (!parsed.ok) return refuseFailure(c, parsed.error);
    const request = read(parsed.value, model, limits.maxImages);
    if (!request.ok) return refuseFailure(c, request.error);
    const { images, write } = request.value;
    const predictions = await predictEvery(c, inference, model, images);
    return predictions.ok ? c.json(write(predictions.value)) : refuseFailure(c, predictions.error);
  };
}

export const VERBS: Readonly<Record<string, Verb>> = {
  predict: createVerb(predictRequestSchema, (parsed, { manifest }, maxImages) => {
    const request = readPredictRequest(parsed, maxImages);
    if (!request.ok) return request;
    const write = (predictions: readonly Prediction[]) => writePredictions(predictions, manifest.labels, request.value);
    return ok({ images: request.value.images, write });
  }),
  classify: createVerb(classifyRequestSchema, (parsed, { manifest }, maxImages) => {
    const images = readClassifyRequest(parsed, manifest.input, maxImages);
    return images.ok ? ok({ images: images.value, write: writeClassifications }) : images;
  }),
};
