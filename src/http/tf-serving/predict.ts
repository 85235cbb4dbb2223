// One `:predict`, from its body to its answer. A failed image fails its request, as it does in TensorFlow Serving.

import { predictRequestSchema, readPredictRequest } from "../../interop/tf-serving/requests/read-predict-request.ts";
import { writePredictions } from "../../interop/tf-serving/write-predictions.ts";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { RequestContext } from "../env.ts";
import type { Inference } from "../inference.ts";
import { refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { parseAs, readJson } from "../request/read-json.ts";
import { predictEvery } from "../predict-every.ts";

export async function predict(
  c: RequestContext,
  inference: Inference,
  model: ServedModel,
  limits: RequestLimits,
): Promise<Response> {
  const json = await readJson(c, limits);
  if (!json.ok) return refuseFailure(c, json.error);
  const parsed = parseAs(predictRequestSchema, json.value);
  if (!parsed.ok) return refuseFailure(c, parsed.error);
  const request = readPredictRequest(parsed.value, limits.maxImages);
  if (!request.ok) return refuseFailure(c, request.error);
  const predictions = await predictEvery(c, inference, model, request.value.images);
  if (!predictions.ok) return refuseFailure(c, predictions.error);
  return c.json(writePredictions(predictions.value, model.manifest.labels, request.value));
}
