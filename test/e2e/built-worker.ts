// The Worker as `npm run build` made it, in workerd, with an R2 of its own.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare, type V4MiniflareOptions } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { publicKeyPem } from "../../src/bundle/signature/public-key.ts";
import type { ObjectStore } from "../../src/registry/store/object-store.ts";
import { publishBundle, type Publication } from "../../src/registry/publish-bundle.ts";
import { createR2Store } from "../../src/registry/store/r2.ts";
import type { PackedBundle } from "../../train/pack/pack-bundle.ts";
import { createKey, sign, signedDigits, signedRelease } from "../registry/signed-bundle.ts";
import { checkEveryAnswer } from "./check-every-answer.ts";

const ROOT = join(import.meta.dirname, "../..");
const BUILT = join(ROOT, "dist/worker");

export type BuiltWorker = {
  url: string;
  store: ObjectStore;
  /** Publishes another bundle, signed with the key that this Worker trusts. */
  publish: (bundle: PackedBundle) => Promise<void>;
  /** The same for a released one. */
  publishRelease: (name: string) => Promise<void>;
  bucket: Awaited<ReturnType<Miniflare["getR2Bucket"]>>;
  stop: () => Promise<void>;
};

/**
 * Serves the released digits as mnist 1.0.0, signed with a key made for the test, to whoever asks; `options` are Miniflare's, and
 * `variables` the Worker's, laid over ours.
 */
export async function startBuiltWorker(
  options: Partial<V4MiniflareOptions> = {},
  variables: Record<string, unknown> = {},
): Promise<BuiltWorker> {
  const key = await createKey();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...(await commonOptions()),
      r2Buckets: ["BUNDLES"],
      bindings: { TRUSTED_KEYS: await publicKeyPem(key.publicKey.key), AUTHENTICATION: "open", ...variables },
      ...options,
    } as V4MiniflareOptions),
  );
  const url = (await miniflare.ready).origin;
  checkEveryAnswer(url);
  const bucket = await miniflare.getR2Bucket("BUNDLES");
  const store = createR2Store(bucket as never);
  const publishSigned = async (publication: Publication) => {
    const to = { channel: "stable", at: "2026-11-22T10:00:00Z", by: "tester" };
    const published = await publishBundle(store, publication, to);
    if (!published.ok) throw new Error(published.error.detail);
  };
  const publish = async (bundle: PackedBundle) => publishSigned(await sign(bundle, key));
  const publishRelease = async (name: string) => publishSigned(await signedRelease(name, key));
  await publishSigned(await signedDigits(key));
  return { url, store, bucket, publish, publishRelease, stop: () => miniflare.dispose() };
}

/**
 * The same Worker over a bucket whose every operation throws, as R2 does in an outage. With a fallback it has the folder's
 * files as static assets, as a deployment with one has.
 */
export async function startWorkerWithBrokenStorage(fallback?: {
  folder: string;
  trustedKeys: string;
}): Promise<Pick<BuiltWorker, "url" | "stop">> {
  const script = `export default () => new Proxy({}, { get: () => async () => { throw new Error("we encountered an internal error") } })`;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          name: "edgescope",
          ...(await commonOptions()),
          bindings: { TRUSTED_KEYS: fallback?.trustedKeys ?? "", AUTHENTICATION: "open" },
          ...(fallback && {
            assets: {
              directory: fallback.folder,
              binding: "ASSETS",
              run_worker_first: true,
              routerConfig: { has_user_worker: true },
            },
          }),
          wrappedBindings: { BUNDLES: "broken-bucket" },
        },
        { name: "broken-bucket", modules: true, script },
      ],
    }),
  );
  const url = (await miniflare.ready).origin;
  checkEveryAnswer(url);
  return { url, stop: () => miniflare.dispose() };
}

async function commonOptions() {
  const { compatibility_date, compatibility_flags } = unstable_readConfig(
    { config: join(ROOT, "wrangler.toml") },
    { hideWarnings: true },
  );
  return {
    ...(await builtModules()),
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags,
    cf: false,
    handleStructuredLogs: () => undefined,
  };
}

/** What `wrangler deploy` would upload. */
export async function builtModules(folder = BUILT, main = "index.js") {
  const script = await readFile(join(folder, main), "utf8");
  // The folder may still hold modules of earlier builds; the first module is the main one.
  const isImported = (name: string) => name.endsWith(".wasm") && script.includes(name);
  const names = [main, ...(await readdir(folder)).filter(isImported)];
  const modules = await Promise.all(
    names.map(async (name) => ({
      type: name === main ? ("ESModule" as const) : ("CompiledWasm" as const),
      path: name,
      contents: await readFile(join(folder, name)),
    })),
  );
  return { modules };
}
