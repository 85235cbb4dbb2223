// Wires the rooms together for one isolate.

import type { R2Bucket } from "@cloudflare/workers-types";
import { parsePublicKeys } from "./bundle/public-key.ts";
import { createApp } from "./http/app.ts";
import { DEFAULT_LIMITS, parseLimits } from "./http/request/limits.ts";
import { createImageDecoder, type CodecModules } from "./image/decode-image.ts";
import { loadModel } from "./model/load-model.ts";
import { useWasmBackend } from "./model/wasm-backend.ts";
import { createModelCache } from "./registry/model-cache.ts";
import { createR2Store } from "./registry/r2.ts";

/**
 * `TRUSTED_KEYS` is PEM text; with none, or with a malformed text, no bundle can be verified and none is served. Of the
 * limits that src/http/request/limits.ts names, those that are not set, or not well, are the default ones.
 */
export type Bindings = { BUNDLES: R2Bucket; TRUSTED_KEYS: string };

export type WasmModules = CodecModules & { engine: WebAssembly.Module };

export async function createEdge(bindings: Bindings, modules: WasmModules): Promise<ReturnType<typeof createApp>> {
  const keys = await parsePublicKeys(bindings.TRUSTED_KEYS);
  // oxlint-disable-next-line no-console -- the platform's log
  if (!keys.ok) console.error(JSON.stringify({ configuration: "TRUSTED_KEYS", detail: keys.error.detail }));
  const limits = parseLimits(bindings);
  // oxlint-disable-next-line no-console -- the platform's log
  if (!limits.ok) console.error(JSON.stringify({ configuration: limits.error.detail }));
  await useWasmBackend(modules.engine);
  const store = createR2Store(bindings.BUNDLES);
  return createApp({
    store,
    models: createModelCache({ store, trustedKeys: keys.ok ? keys.value : [], loadModel }),
    decodeImage: createImageDecoder(modules),
    limits: limits.ok ? limits.value : DEFAULT_LIMITS,
    newRequestId: () => crypto.randomUUID(),
    // oxlint-disable-next-line no-console -- the platform's log
    log: (line) => console.log(JSON.stringify(line)),
  });
}
