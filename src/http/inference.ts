// What every dialect asks of the service: a model for a caller, and its predictions.

import type { DecodeImage } from "../image/decode-image.ts";
import type { Model } from "../model/model.ts";
import { predictAll, type PostedImage, type Predicted } from "../predict.ts";
import type { GetModelResult, ModelCache } from "../registry/model-cache.ts";
import type { RequestContext } from "./env.ts";

/** The channel that answers. */
export const CHANNEL = "stable";

export type Inference = {
  getModel(c: RequestContext, name: string): Promise<GetModelResult>;
  /** A prediction or a failure for each image, in order. */
  predictAll(model: Model, images: readonly PostedImage[]): Promise<Predicted[]>;
};

export function createInference(models: ModelCache, decodeImage: DecodeImage): Inference {
  return {
    getModel: (c, name) => models.get(name, CHANNEL, (load) => c.executionCtx.waitUntil(load)),
    predictAll: (model, images) => predictAll(images, model, decodeImage),
  };
}
