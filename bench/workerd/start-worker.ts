// A Worker in workerd on this machine, with the product's bindings. Each start is a new process and a new isolate.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { Miniflare } from "miniflare";
import { ROOT, type WorkerModules } from "./worker-modules.ts";

export type RunningWorker = {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  bucket: () => Promise<R2Bucket>;
  stop: () => Promise<void>;
};

/** `storage` is a folder that outlives the Worker and holds what its bucket holds. */
export async function startWorker(
  modules: WorkerModules,
  storage: string,
  trustedKeys: string,
  vars: Record<string, string> = {},
): Promise<RunningWorker> {
  const compatibilityDate = await readCompatibilityDate();
  const miniflare = new Miniflare({
    cf: false, // no look-up of request.cf on the network
    telemetry: { enabled: false },
    logRequests: false,
    handleStructuredLogs: () => undefined,
    resourcePersistencePath: storage,
    workers: [
      {
        config: {
          name: "bench",
          compatibilityDate,
          manifest: { mainModule: "index.js", modules },
          env: {
            BUNDLES: { type: "r2", name: "bundles" },
            ...Object.fromEntries(
              Object.entries({ TRUSTED_KEYS: trustedKeys, AUTHENTICATION: "open", ...vars }).map(([name, value]) => [
                name,
                { type: "text", value } as const,
              ]),
            ),
          },
        },
      },
    ],
  });
  const { origin } = await miniflare.ready;
  return {
    origin,
    bucket: async () => (await miniflare.getR2Bucket("BUNDLES")) as unknown as R2Bucket,
    stop: () => miniflare.dispose(),
  };
}

/** The one that the product is deployed with. */
export async function readCompatibilityDate(): Promise<string> {
  const [, date] = /^compatibility_date = "(.+)"$/m.exec(await readFile(join(ROOT, "wrangler.toml"), "utf8")) ?? [];
  if (date === undefined) throw new Error("wrangler.toml has no compatibility_date");
  return date;
}
