// The HTTP surface: paths, methods, and what every answer has in common.

import { Hono, type Context } from "hono";
import { routePath } from "hono/route";
import type { DecodeImage } from "../image/decode-image.ts";
import { predict } from "../predict.ts";
import { listModels } from "../registry/channels.ts";
import type { ModelCache } from "../registry/model-cache.ts";
import type { ObjectStore } from "../registry/object-store.ts";
import { CHANNEL, toClassification, toModelCard } from "./answers.ts";
import { NOTICE } from "./notice.ts";
import { problem, toProblemCode, type ProblemCode } from "./problem.ts";
import { readImage } from "./read-image.ts";

/** One line a request. It has the route, never the path: a path may hold what a caller should not have put there. */
export type LogLine = {
  requestId: string;
  method: string;
  route: string;
  status: number;
  code?: ProblemCode;
  detail?: string;
  frames?: string[];
};

export type AppDeps = {
  store: ObjectStore;
  models: ModelCache;
  decodeImage: DecodeImage;
  newRequestId: () => string;
  log: (line: LogLine) => void;
};

type Env = { Variables: { requestId: string; problem: Pick<LogLine, "code" | "detail" | "frames"> } };

const ALLOWED_METHODS = {
  "/healthz": "GET",
  "/v1/models": "GET",
  "/v1/models/:model": "GET",
  "/v1/models/:model/classify": "POST",
};

export function createApp({ store, models, decodeImage, newRequestId, log }: AppDeps): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const requestId = newRequestId();
    c.set("requestId", requestId);
    await next();
    c.res.headers.set("x-request-id", requestId);
    c.res.headers.set("cache-control", "no-store");
    c.res.headers.set("x-content-type-options", "nosniff");
    log({ requestId, method: c.req.method, route: routePath(c, -1), status: c.res.status, ...c.var.problem });
  });

  app.get("/healthz", async (c) => {
    const listed = await listModels(store);
    if (!listed.ok) return refuse(c, toProblemCode(listed.error), listed.error.detail);
    const served = listed.value.filter(({ channels }) => channels[CHANNEL]);
    if (served.length === 0) return refuse(c, "not_ready", `no model is published on the channel ${CHANNEL}`);
    const loaded = await Promise.all(served.map(({ name }) => getModel(c, name)));
    const failed = loaded.find((model) => !model.ok);
    if (failed) return refuse(c, "not_ready", `a model did not pass its self-test: ${failed.error.detail}`);
    return c.json({ status: "ready", models: served.map(({ name }) => name), notice: NOTICE });
  });

  app.get("/v1/models", async (c) => {
    const listed = await listModels(store);
    if (!listed.ok) return refuse(c, toProblemCode(listed.error), listed.error.detail);
    return c.json({ models: listed.value, notice: NOTICE });
  });

  app.get("/v1/models/:model", async (c) => {
    const model = await getModel(c, c.req.param("model"));
    if (!model.ok) return refuse(c, toProblemCode(model.error), model.error.detail);
    return c.json(toModelCard(model.value));
  });

  app.post("/v1/models/:model/classify", async (c) => {
    const top = c.req.query("top");
    if (top !== undefined && !/^[1-9]\d{0,3}$/.test(top)) {
      return refuse(c, "invalid_parameter", "top is a whole number from 1");
    }
    const model = await getModel(c, c.req.param("model"));
    if (!model.ok) return refuse(c, toProblemCode(model.error), model.error.detail);
    const image = await readImage(c.req.raw, model.value.manifest.input.maxBytes);
    if (!image.ok) return refuse(c, toProblemCode(image.error), image.error.detail);
    const prediction = await predict(image.value, model.value, decodeImage);
    if (!prediction.ok) return refuse(c, toProblemCode(prediction.error), prediction.error.detail);
    return c.json(toClassification(prediction.value, model.value, c.var.requestId, Number(top ?? Infinity)));
  });

  for (const [path, allow] of Object.entries(ALLOWED_METHODS)) {
    app.all(path, (c) => refuse(c, "method_not_allowed", `this path answers ${allow}`, { allow }));
  }
  app.notFound((c) => refuse(c, "not_found", "nothing is served at this path"));
  app.onError((error, c) => {
    // Messages may carry values; the frames of the stack are code alone.
    const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    const response = refuse(c, "internal_error", "the service failed; the request may be tried again");
    c.set("problem", { code: "internal_error", detail: error.name, frames });
    return response;
  });

  async function getModel(c: Context<Env>, name: string): ReturnType<ModelCache["get"]> {
    return models.get(name, CHANNEL, (load) => c.executionCtx.waitUntil(load));
  }

  return app;
}

/** Answers with a problem and leaves its code and detail for the log line. */
function refuse(c: Context<Env>, code: ProblemCode, detail: string, headers: Record<string, string> = {}): Response {
  c.set("problem", { code, detail });
  return problem(code, detail, c.var.requestId, headers);
}
