// Wires the rooms together for one isolate.

import type { R2Bucket } from "@cloudflare/workers-types";
import { toHex } from "./base/bytes.ts";
import { parsePublicKeys } from "./bundle/signature/public-key.ts";
import { createApp } from "./http/app.ts";
import type { Metrics } from "./http/log/metrics.ts";
import type { RateLimiter } from "./http/rates/count-requests.ts";
import { readConfiguration } from "./http/read-configuration.ts";
import { toShadowPoint } from "./http/shadow/shadow-point.ts";
import { createImageReader, type CodecModules } from "./image/read-image.ts";
import { loadModelWithPauses } from "./model/load-model.ts";
import { useKernels } from "./model/plan/heap.ts";
import { useWasmBackend } from "./model/wasm-backend.ts";
import { createAssetReader, type Assets } from "./registry/store/asset-reader.ts";
import { createModelCache } from "./registry/cache/model-cache.ts";
import { parseRefreshSeconds } from "./registry/cache/parse-refresh-seconds.ts";
import { createChannelEditor } from "./registry/channels/edit-channel.ts";
import { createR2Store } from "./registry/store/r2.ts";
import { withinDeadline } from "./registry/store/within-deadline.ts";

/**
 * `TRUSTED_KEYS` is PEM text; with none, or with a malformed text, no bundle can be verified and none is served. `ASSETS`
 * is there where bundles are shipped with the Worker, for the case that object storage does not answer. The
 * variables that docs/operating.md names stand beside them.
 */
export type Bindings = {
  BUNDLES: R2Bucket;
  TRUSTED_KEYS: string;
  ASSETS?: Assets;
  /** Without it there are no rate limits. */
  RATE_LIMITER?: RateLimiter;
  /** Without it there are no metrics beside the log. */
  METRICS?: Metrics;
  /** Without it what shadows say stands in the log alone. */
  SHADOWS?: Metrics;
  [variable: string]: unknown;
};

export type WasmModules = CodecModules & { engine: WebAssembly.Module; kernels: WebAssembly.Module };

/** An isolate has 128 MB for everything (developers.cloudflare.com/workers/platform/limits), decoded images among it. */
const MODEL_BUDGET_BYTES = 40 * 1024 * 1024;

const STORAGE_DEADLINE_MS = 10_000;

export async function createEdge(bindings: Bindings, modules: WasmModules): Promise<ReturnType<typeof createApp>> {
  const keys = await parsePublicKeys(bindings.TRUSTED_KEYS);
  if (!keys.ok) complain("TRUSTED_KEYS", keys.error.detail);
  const now = () => Date.now();
  const configuration = readConfiguration(bindings, { fetch: async (url, init) => fetch(url, init), now });
  const refreshSeconds = parseRefreshSeconds(bindings["REFRESH_SECONDS"]);
  const authentication = refreshSeconds.ok ? configuration.authentication : refreshSeconds;
  if (!authentication.ok) complain("service", authentication.error.detail);
  await useWasmBackend(modules.engine);
  useKernels(modules.kernels);
  const registry = {
    store: withinDeadline(createR2Store(bindings.BUNDLES), STORAGE_DEADLINE_MS),
    trustedKeys: keys.ok ? keys.value : [],
    now,
    budgetBytes: MODEL_BUDGET_BYTES,
  };
  return createApp({
    models: createModelCache({
      ...registry,
      ...(bindings.ASSETS && { fallback: createAssetReader(bindings.ASSETS) }),
      // A model is loaded while others answer: they wait for one run of its graph, not for all of them.
      loadModel: (bundle) => loadModelWithPauses(bundle, nextTask),
      refreshMs: refreshSeconds.ok ? refreshSeconds.value * 1000 : Infinity,
      report: log,
    }),
    editChannel: createChannelEditor(registry),
    readImage: createImageReader(modules),
    ...configuration,
    authentication,
    ...(bindings.RATE_LIMITER && { rateLimiter: bindings.RATE_LIMITER }),
    newRequestId: () => crypto.randomUUID(),
    randomHex: (bytes) => toHex(crypto.getRandomValues(new Uint8Array(bytes))),
    now,
    log,
    ...(bindings.METRICS && { metrics: bindings.METRICS }),
    recordShadow: (record) => {
      log({ event: "shadow", ...record });
      bindings.SHADOWS?.writeDataPoint(toShadowPoint(record));
    },
  });
}

const nextTask = () => new Promise((resolve) => setTimeout(resolve, 0));

// oxlint-disable-next-line no-console -- the platform's log
const log = (line: object): void => console.log(JSON.stringify(line));

const complain = (configuration: string, detail: string): void =>
  // oxlint-disable-next-line no-console -- the platform's log
  console.error(JSON.stringify({ configuration, detail }));
