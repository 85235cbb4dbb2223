// The native dialect: what is served, and classification of a posted image.

import { Hono } from "hono";
import { listModels } from "../../registry/channels.ts";
import type { ObjectStore } from "../../registry/object-store.ts";
import type { Env } from "../env.ts";
import type { Inference } from "../inference.ts";
import { toProblemCode } from "../problem.ts";
import { refuse } from "../refuse.ts";
import { toClassification, toModelCard, toModelList } from "./answers.ts";
import { readImage } from "./read-image.ts";

export function createNativeRoutes(store: ObjectStore, inference: Inference): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/v1/models", async (c) => {
    const listed = await listModels(store);
    if (!listed.ok) return refuse(c, toProblemCode(listed.error), listed.error.detail);
    return c.json(toModelList(listed.value));
  });

  routes.get("/v1/models/:model", async (c) => {
    const model = await inference.getModel(c, c.req.param("model"));
    if (model.ok) return c.json(toModelCard(model.value));
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
    if (!model.ok) return refuse(c, toProblemCode(model.error), model.error.detail);
    const image = await readImage(c.req.raw, model.value.manifest.input.maxBytes);
    if (!image.ok) return refuse(c, toProblemCode(image.error), image.error.detail);
    const [prediction] = await inference.predictAll(model.value, [image.value]);
    if (!prediction.ok) return refuse(c, toProblemCode(prediction.error), prediction.error.detail);
    return c.json(toClassification(prediction.value, model.value, c.var.requestId, Number(top ?? Infinity)));
  });

  return routes;
}
