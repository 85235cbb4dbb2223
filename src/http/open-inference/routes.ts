// The Open Inference Protocol v2, which KServe and Triton's clients speak, with Triton's extensions for binary tensors
// and classification.

import { Hono } from "hono";
import type { Manifest } from "../../bundle/manifest.ts";
import { toModelConfig, toModelMetadata, toServerMetadata } from "../../interop/open-inference/metadata.ts";
import type { Scope } from "../auth/caller.ts";
import type { Env, RequestContext } from "../env.ts";
import type { Inference } from "../inference/inference.ts";
import type { CheckReadiness } from "../readiness.ts";
import { refuseFailure } from "../refuse.ts";
import type { RequestLimits } from "../request/limits.ts";
import { infer } from "./infer.ts";
import { toParameters } from "./to-parameters.ts";
import { VERSION } from "./version.ts";

export const ROOT_PATHS = ["/v2", "/v2/"];
export const MODEL_PATHS = ["/v2/models/:model", "/v2/models/:model/versions/:version"];

export function createOpenInferenceRoutes(
  inference: Inference,
  limits: RequestLimits,
  checkReadiness: CheckReadiness,
): Hono<Env> {
  const routes = new Hono<Env>();

  for (const path of ROOT_PATHS) routes.get(path, (c) => c.json(toServerMetadata(VERSION)));

  routes.get("/v2/health/live", (c) => c.json({ live: true }));

  routes.get("/v2/health/ready", async (c) => {
    return (await checkReadiness(c)) ?? c.json({ ready: true });
  });

  for (const path of MODEL_PATHS) {
    routes.get(path, async (c) => {
      const model = await getModel(c, inference, "models:read");
      if (!model.ok) return refuseFailure(c, model.error);
      const { manifest } = model.value;
      return c.json(toModelMetadata(manifest, namedVersions(inference, manifest), toParameters(model.value)));
    });

    routes.get(`${path}/config`, async (c) => {
      const model = await getModel(c, inference, "models:read");
      if (!model.ok) return refuseFailure(c, model.error);
      return c.json(toModelConfig(model.value.manifest, limits.maxImages));
    });

    routes.get(`${path}/ready`, async (c) => {
      const model = await getModel(c, inference, "models:read");
      if (!model.ok) return refuseFailure(c, model.error);
      return c.json({ name: model.value.manifest.name, ready: true });
    });

    routes.post(`${path}/infer`, async (c) => {
      const model = await getModel(c, inference, "classify");
      if (!model.ok) return refuseFailure(c, model.error);
      return infer(c, inference, limits, model.value);
    });
  }

  return routes;
}

function getModel(c: RequestContext, inference: Inference, scope: Scope): ReturnType<Inference["getModel"]> {
  const version = c.req.param("version");
  return inference.getModel(c, c.req.param("model") ?? "", scope, version === undefined ? undefined : { version });
}

/** This one, and what the model's channels answer with; a URL may also name versions of the past. */
function namedVersions(inference: Inference, { name, version }: Manifest): string[] {
  const channels = Object.values(inference.status(name)?.channels ?? {});
  return [...new Set([version, ...channels.map((channel) => channel.version)])];
}
