// TensorFlow Serving's REST API, and with it KServe's v1 protocol. Its versions are our versions, its labels our channels;
// the status of a model without either is part of the native model card, which has the same path.

import { Hono } from "hono";
import { toModelVersionStatus } from "../../interop/tf-serving/model-status.ts";
import { toModelMetadata } from "../../interop/tf-serving/signatures.ts";
import type { Env } from "../env.ts";
import type { Selector } from "../../registry/cache/model-cache.ts";
import type { Inference } from "../inference/inference.ts";
import { refuse, refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { VERBS } from "./verbs.ts";

type Chosen = { name: string; selector?: Selector };

/** The ways to say which model, by the parameters of the path. */
const CHOICES: { path: string; last: string; choose: (model: string, last: string) => Chosen }[] = [
  { path: "/v1/models", last: "model", choose: (_, name) => ({ name }) },
  {
    path: "/v1/models/:model/versions",
    last: "version",
    choose: (name, version) => ({ name, selector: { version } }),
  },
  {
    path: "/v1/models/:model/labels",
    last: "label",
    choose: (name, channel) => ({ name, selector: { channel } }),
  },
];

/** What answers GET and nothing else. */
export const TF_SERVING_PATHS = CHOICES.flatMap(({ path, last }) => [
  `${path}/:${last}/metadata`,
  ...(last === "model" ? [] : [`${path}/:${last}`]),
]);

export function createTfServingRoutes(inference: Inference, limits: RequestLimits): Hono<Env> {
  const routes = new Hono<Env>();

  for (const { path, last, choose } of CHOICES) {
    routes.get(`${path}/:${last}/metadata`, async (c) => {
      const { name, selector } = choose(c.req.param("model") ?? "", c.req.param(last) ?? "");
      const model = await inference.getModel(c, name, "models:read", selector);
      return model.ok ? c.json(toModelMetadata(model.value.manifest)) : refuseFailure(c, model.error);
    });

    if (last !== "model") {
      routes.get(`${path}/:${last}`, async (c) => {
        const { name, selector } = choose(c.req.param("model") ?? "", c.req.param(last) ?? "");
        const model = await inference.getModel(c, name, "models:read", selector);
        if (!model.ok) return refuseFailure(c, model.error);
        return c.json({ model_version_status: toModelVersionStatus(model.value.manifest.version) });
      });
    }

    routes.all(`${path}/:${last}{[^/:]+:[a-z]+}`, async (c) => {
      const [target, verb] = (c.req.param(last) ?? "").split(":");
      if (c.req.method !== "POST") return refuse(c, "method_not_allowed", "this path answers POST", { allow: "POST" });
      const answer = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
      if (!answer) return refuse(c, "not_found", "a model answers :predict and :classify");
      const { name, selector } = choose(c.req.param("model") ?? "", target);
      const model = await inference.getModel(c, name, "classify", selector);
      return model.ok ? answer(c, inference, model.value, limits) : refuseFailure(c, model.error);
    });
  }

  return routes;
}
