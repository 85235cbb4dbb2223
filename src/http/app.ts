// The HTTP surface: the dialects, health, and what every answer has in common.

import { Hono } from "hono";
import type { Failure, Result } from "../base/result.ts";
import type { ReadImage } from "../image/read-image.ts";
import type { ModelCache } from "../registry/cache/model-cache.ts";
import type { EditChannel } from "../registry/channels/edit-channel.ts";
import type { Authenticate } from "./auth/authenticate.ts";
import { identifyCaller } from "./auth/identify-caller.ts";
import { requireCaller } from "./auth/require-caller.ts";
import type { Env } from "./env.ts";
import { createInference, releaseModels } from "./inference/inference.ts";
import { createAdmission } from "./load/admission.ts";
import { admitRequests } from "./load/admit-request.ts";
import { createDecoderUse } from "./load/use-decoder.ts";
import { logRequests, type LogDeps } from "./log/log-requests.ts";
import { CHANNEL_PATH, createNativeRoutes } from "./native/routes.ts";
import { NOTICE } from "./notice.ts";
import { createOpenInferenceRoutes, MODEL_PATHS, ROOT_PATHS } from "./open-inference/routes.ts";
import { createOpenApiRoutes, OPENAPI_PATH, REFERENCE_PATH } from "./openapi/routes.ts";
import { createRequestCount, type RateLimiter } from "./rates/count-requests.ts";
import { limitRates } from "./rates/limit-rates.ts";
import { createReadiness } from "./readiness.ts";
import { refuse } from "./refuse.ts";
import { drainBodies } from "./request/drain-body.ts";
import { checkHeaders } from "./request/check-headers.ts";
import type { RequestLimits } from "./request/limits.ts";
import { allowOrigins } from "./response/cors.ts";
import { secureHeaders } from "./response/security-headers.ts";
import type { RecordShadow } from "./shadow/run-shadow.ts";
import { createTfServingRoutes, TF_SERVING_PATHS } from "./tf-serving/routes.ts";

export type AppDeps = LogDeps & {
  models: ModelCache;
  editChannel: EditChannel;
  readImage: ReadImage;
  limits: RequestLimits;
  authentication: Result<Authenticate, Failure<"not_configured">>;
  /** Whose pages may ask across origins. */
  origins: ReadonlySet<string>;
  rateLimiter?: RateLimiter;
  recordShadow: RecordShadow;
};

const ALLOWED_METHODS = {
  "/healthz": "GET",
  [OPENAPI_PATH]: "GET",
  [REFERENCE_PATH]: "GET",
  "/v1/models": "GET",
  "/v1/models/:model": "GET",
  "/v1/models/:model/classify": "POST",
  [CHANNEL_PATH]: "POST",
  "/v2/health/live": "GET",
  "/v2/health/ready": "GET",
  ...Object.fromEntries(ROOT_PATHS.map((path) => [path, "GET"])),
  ...Object.fromEntries(
    MODEL_PATHS.flatMap((path) => [
      [path, "GET"],
      [`${path}/config`, "GET"],
      [`${path}/ready`, "GET"],
      [`${path}/infer`, "POST"],
    ]),
  ),
  ...Object.fromEntries(TF_SERVING_PATHS.map((path) => [path, "GET"])),
};

export function createApp(deps: AppDeps): Hono<Env> {
  const { models, editChannel, readImage, limits, authentication, origins, rateLimiter, recordShadow } = deps;
  const app = new Hono<Env>();
  const admit = createAdmission(limits.isolate);
  const useDecoder = createDecoderUse(admit, readImage, limits.isolate.maxWaitMs);
  const inference = createInference(models, useDecoder, limits.image, recordShadow);
  const checkReadiness = createReadiness(models);

  app.use(logRequests(deps));
  app.use(secureHeaders);
  app.use(drainBodies(limits));
  app.use(allowOrigins(origins));
  app.use(checkHeaders(limits));
  app.use(releaseModels);
  app.use(identifyCaller(authentication));
  app.use(limitRates(rateLimiter && createRequestCount(rateLimiter, limits.quota, deps.now), limits.quota));
  app.use(requireCaller);
  app.use(admitRequests(admit, limits));

  app.get("/healthz", async (c) => (await checkReadiness(c)) ?? c.json({ status: "ready", notice: NOTICE }));

  app.route("/", createOpenApiRoutes());

  // First: a model's name with a verb would be a name to the native dialect.
  app.route("/", createTfServingRoutes(inference, limits));
  app.route("/", createNativeRoutes(inference, editChannel, limits));
  app.route("/", createOpenInferenceRoutes(inference, limits, checkReadiness));

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

  return app;
}
