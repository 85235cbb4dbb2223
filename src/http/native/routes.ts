// The native dialect: what is served, and classification of posted images.

import { Hono } from "hono";
import { accepts } from "hono/accepts";
import { ok } from "../../base/result.ts";
import type { EditChannel } from "../../registry/channels/edit-channel.ts";
import type { Env, RequestContext } from "../env.ts";
import type { Inference } from "../inference/inference.ts";
import { toProblemCode } from "../problem.ts";
import { refuse, refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { answerReadable } from "./answer-readable.ts";
import { changeChannel } from "./change-channel.ts";
import { toClassification, toClassifications, toModelCard, toModelList } from "./answers.ts";
import { parseClassifyQuery } from "./classify-query.ts";
import { explainImages, toAnswers } from "./explain/explain-images.ts";
import { toOverlayResponse } from "./explain/explanation.ts";
import { readImages } from "./read-images.ts";
import { readSelector } from "./read-selector.ts";

export const CHANNEL_PATH = "/v1/models/:model/channels/:channel";

export function createNativeRoutes(inference: Inference, editChannel: EditChannel, limits: RequestLimits): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/v1/models", async (c) => {
    const listed = await inference.listModels(c);
    if (!listed.ok) return refuseFailure(c, listed.error);
    return c.json(toModelList(listed.value, inference.status));
  });

  routes.get("/v1/models/:model", async (c) => {
    const selector = readSelector(c);
    if (!selector.ok) return refuseFailure(c, selector.error);
    const model = await inference.getModel(c, c.req.param("model"), "models:read", selector.value);
    if (model.ok) return c.json(toModelCard(model.value, inference.status(model.value.manifest.name)));
    const { detail } = model.error;
    // TensorFlow Serving's and KServe's clients ask here too, and look for `error`.
    return refuse(c, toProblemCode(model.error), detail, {}, { error: detail });
  });

  routes.post("/v1/models/:model/classify", async (c) => {
    const query = parseClassifyQuery(c.req.query());
    if (!query.ok) return refuseFailure(c, query.error);
    const { top, explain } = query.value;
    const selector = readSelector(c);
    if (!selector.ok) return refuseFailure(c, selector.error);
    const model = await inference.getModel(c, c.req.param("model"), "classify", selector.value);
    if (!model.ok) return refuseFailure(c, model.error);
    const posted = await readImages(c, model.value.manifest.input.maxBytes, limits);
    if (!posted.ok) return refuseFailure(c, posted.error);
    const { images } = posted.value;
    const isList = posted.value.isList || query.value.isList;

    const maxImages = limits.maxExplainedImages;
    const explained = explain && (await explainImages(c, inference, model.value, images, { ...explain, maxImages }));
    if (explained && !explained.ok) return refuseFailure(c, explained.error);
    const [only] = explained && !isList ? explained.value : [];
    if (only?.ok && prefersPng(c)) return toOverlayResponse(only.value, model.value);
    const answers = explained
      ? ok(await toAnswers(explained.value, model.value))
      : await answerReadable(images, (readable) => inference.predictAll(c, model.value, readable));
    if (!answers.ok) return refuseFailure(c, answers.error);

    if (isList) return c.json(toClassifications(answers.value, model.value, c.var.requestId, top));
    const [answer] = answers.value;
    if (!answer.ok) return refuseFailure(c, answer.error);
    return c.json(toClassification(answer.value, model.value, c.var.requestId, top));
  });

  routes.post(CHANNEL_PATH, (c) => changeChannel(c, editChannel, c.req.param(), limits));

  return routes;
}

const prefersPng = (c: RequestContext): boolean =>
  accepts(c, {
    header: "Accept",
    supports: ["application/json", "image/png"],
    default: "application/json",
  }) === "image/png";
