// The native dialect: what is served, and classification of posted images.

import { Hono } from "hono";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { Env, RequestContext } from "../env.ts";
import type { Inference } from "../inference.ts";
import { toProblemCode } from "../problem.ts";
import { refuse, refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { toClassification, toClassifications, toModelCard, toModelList } from "./answers.ts";
import { readImages, type ReadImage } from "./read-images.ts";

export function createNativeRoutes(inference: Inference, limits: RequestLimits): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/v1/models", async (c) => {
    const listed = await inference.listModels();
    if (!listed.ok) return refuseFailure(c, listed.error);
    return c.json(toModelList(listed.value, inference.status));
  });

  routes.get("/v1/models/:model", async (c) => {
    const model = await inference.getModel(c, c.req.param("model"));
    if (model.ok) return c.json(toModelCard(model.value, inference.status(model.value.manifest.name)));
    const { detail } = model.error;
    // TensorFlow Serving's and KServe's clients ask here too, and look for `error`.
    return refuse(c, toProblemCode(model.error), detail, {}, { error: detail });
  });

  routes.post("/v1/models/:model/classify", async (c) => {
    const top = c.req.query("top");
    if (top !== undefined && !/^[1-9]\d{0,3}$/.test(top)) {
      return refuse(c, "invalid_parameter", "top is a whole number from 1");
    }
    const model = await inference.getModel(c, c.req.param("model"));
    if (!model.ok) return refuseFailure(c, model.error);
    const posted = await readImages(c.req.raw, model.value.manifest.input.maxBytes, limits);
    if (!posted.ok) return refuseFailure(c, posted.error);
    const answers = await answerEach(c, inference, model.value, posted.value.images);
    const count = Number(top ?? Infinity);
    if (posted.value.isList) return c.json(toClassifications(answers, model.value, c.var.requestId, count));
    const [answer] = answers;
    if (!answer.ok) return refuseFailure(c, answer.error);
    return c.json(toClassification(answer.value, model.value, c.var.requestId, count));
  });

  return routes;
}

/** The images that could be read are predicted together. */
async function answerEach(c: RequestContext, inference: Inference, model: ServedModel, images: readonly ReadImage[]) {
  const readable = images.flatMap((image) => (image.ok ? [image.value] : []));
  const predicted = await inference.predictAll(c, model, readable);
  let next = 0;
  return images.map((image) => (image.ok ? predicted[next++] : image));
}
