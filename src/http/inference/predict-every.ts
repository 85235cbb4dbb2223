// All of the predictions, or the first failure: for protocols that have no place for an error beside a result.

import { ok, type Failure, type Result } from "../../base/result.ts";
import type { PostedImage, Prediction, PredictReason } from "../../predict.ts";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { RequestContext } from "../env.ts";
import type { Inference } from "./inference.ts";
import type { RefusedAdmission } from "../load/admit-request.ts";

export async function predictEvery(
  c: RequestContext,
  inference: Inference,
  model: ServedModel,
  images: readonly PostedImage[],
): Promise<Result<Prediction[], Failure<PredictReason> | RefusedAdmission>> {
  const answered = await inference.predictAll(c, model, images);
  if (!answered.ok) return answered;
  const predictions: Prediction[] = [];
  for (const predicted of answered.value) {
    if (!predicted.ok) return predicted;
    predictions.push(predicted.value);
  }
  return ok(predictions);
}
