// The HTTP surface over the released digits model: a memory registry, the real engine and the real decoders, no server.

import type { Hono } from "hono";
import { createApp, type AppDeps } from "../../src/http/app.ts";
import type { LogLine } from "../../src/http/env.ts";
import { DEFAULT_LIMITS } from "../../src/http/request/limits.ts";
import { createImageDecoder } from "../../src/image/decode-image.ts";
import { loadModel } from "../../src/model/load-model.ts";
import { createMemoryStore } from "../../src/registry/memory.ts";
import { createModelCache } from "../../src/registry/model-cache.ts";
import type { StoredObject } from "../../src/registry/object-store.ts";
import { publishBundle } from "../../src/registry/publish-bundle.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { createKey, signedDigits } from "../registry/signed-bundle.ts";

export type Served = {
  objects: Map<string, StoredObject>;
  log: LogLine[];
  request: (path: string, init?: RequestInit) => Promise<Response>;
};

/** `replace` puts other dependencies in the place of the real ones. */
export async function serveDigits(replace: Partial<AppDeps> = {}): Promise<Served> {
  await useWasmBackend();
  const key = await createKey();
  const objects = new Map<string, StoredObject>();
  const store = createMemoryStore(objects);
  await publishBundle(store, await signedDigits(key), { channel: "stable", at: "2026-11-22T10:00:00Z", by: "tester" });
  const log: LogLine[] = [];
  let requests = 0;
  const app: Hono<never> = createApp({
    store,
    models: createModelCache({ store, trustedKeys: [key.publicKey], loadModel }),
    decodeImage: createImageDecoder(await loadCodecModules()),
    limits: DEFAULT_LIMITS,
    newRequestId: () => `request-${++requests}`,
    log: (line) => void log.push(line),
    ...replace,
  }) as never;
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  return { objects, log, request: async (path, init) => app.request(path, init, {}, context) };
}
