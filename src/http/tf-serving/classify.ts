// One `:classify`, from its body to its answer. A failed image fails its request, as it does in TensorFlow Serving.

import { classifyRequestSchema, readClassifyRequest } from "../../interop/tf-serving/requests/read-classify-request.ts";
import { writeClassifications } from "../../interop/tf-serving/write-classifications.ts";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { RequestContext } from "../env.ts";
import type { Inference } from "../inference.ts";
import { refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { parseAs, readJson } from "../request/read-json.ts";
import { predictEvery } from "../predict-every.ts";

export async function classify(
  c: RequestContext,
  inference: Inference,
  model: ServedModel,
  limits: RequestLimits,
): Promise<Response> {
  const json = await readJson(c, limits);
  if (!json.ok) return refuseFailure(c, json.error);
  const parsed = parseAs(classifyRequestSchema, json.value);
  if (!parsed.ok) return refuseFailure(c, parsed.error);
  const images = readClassifyRequest(parsed.value, model.manifest.input, limits.maxImages);
  if (!images.ok) return refuseFailure(c, images.error);
  const predictions = await predictEvery(c, inference, model, images.value);
  return predictions.ok ? c.json(writeClassifications(predictions.value)) : refuseFailure(c, predictions.error);
}
