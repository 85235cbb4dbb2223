// One inference request, from its body to its answer. A failed image fails its request: the protocol has no place for an
// error beside a result.

import { parseInferenceRequest } from "../../interop/open-inference/parse-inference-request.ts";
import { toOutputs } from "../../interop/open-inference/to-outputs.ts";
import { writeInferenceResponse } from "../../interop/open-inference/write-inference-response.ts";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { RequestContext } from "../env.ts";
import type { Inference } from "../inference/inference.ts";
import { predictEvery } from "../inference/predict-every.ts";
import { refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { readRequest } from "./read-request.ts";
import { toParameters } from "./to-parameters.ts";

export async function infer(c: RequestContext, inference: Inference, limits: RequestLimits, model: ServedModel) {
  const { manifest } = model;
  const posted = await readRequest(c, limits.maxRequestBytes, manifest.input.maxBytes);
  if (!posted.ok) return refuseFailure(c, posted.error);
  const request = parseInferenceRequest(posted.value.body, posted.value.headerBytes, manifest, limits);
  if (!request.ok) return refuseFailure(c, request.error);
  const { id, images, outputs } = request.value;
  const predictions = await predictEvery(c, inference, model, images);
  if (!predictions.ok) return refuseFailure(c, predictions.error);
  const { body, headerBytes } = writeInferenceResponse(
    {
      model_name: manifest.name,
      model_version: manifest.version,
      ...(id !== undefined && { id }),
      parameters: toParameters(model),
    },
    toOutputs(predictions.value, manifest, outputs),
  );
  return headerBytes === undefined
    ? c.body(body, 200, { "content-type": "application/json" })
    : c.body(body, 200, {
        "content-type": "application/octet-stream",
        "inference-header-content-length": String(headerBytes),
      });
}
