// `edgescope start`: the released bundles into local R2, the Worker on this machine, and a curl line to try it with.

import { createServer } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { publicKeyPem } from "../../../src/bundle/signature/public-key.ts";
import { authorOf } from "../../publish/author.ts";
import { openLocalStore } from "../../publish/local-store.ts";
import { publishUnlessKnown } from "../../publish/publish.ts";
import { localSigningKey } from "../../publish/signing-key.ts";
import { readReleasedBundles } from "./released-bundles.ts";
import { exitCodeOf, spawnWrangler } from "./wrangler.ts";

const READY_POLL_MS = 100;

export async function start(port: number, output: NodeJS.WriteStream): Promise<Result<null, Failure<string>>> {
  if (!(await isPortFree(port))) {
    return fail(
      "port_in_use",
      `port ${port} is in use; stop what listens there, or choose another: npm start -- --port ${port + 1}`,
    );
  }
  const bundles = await readReleasedBundles();
  if (!bundles.ok) return bundles;
  const key = await localSigningKey();
  if (!key.ok) return key;
  const { store, close } = await openLocalStore();
  try {
    for (const bundle of bundles.value) {
      const seeded = await publishUnlessKnown(store, bundle, key.value, { ...authorOf(), channel: "stable" });
      if (!seeded.ok) {
        const { reason, detail } = seeded.error;
        return fail(reason, `${detail}. The local registry lies in .wrangler/state; delete that folder to begin anew`);
      }
    }
  } finally {
    await close();
  }

  const trustedKeys = await publicKeyPem(key.value.publicKey);
  const wrangler = spawnWrangler(
    [
      "dev",
      "--port",
      String(port),
      "--var",
      `TRUSTED_KEYS:${trustedKeys}`,
      "--var",
      "AUTHENTICATION:open",
      // Whoever publishes on the same machine is waiting for it.
      "--var",
      "REFRESH_SECONDS:1",
      "--show-interactive-dev-session=false",
    ],
    ["ignore", "inherit", "inherit"],
  );
  // Ctrl-C reaches Wrangler through the terminal; this process stays until it has shut down.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => wrangler.kill("SIGTERM"));
  const exited = exitCodeOf(wrangler);
  const url = `http://localhost:${port}`;
  const ready = await Promise.race([waitUntilReady(url), exited]);
  if (ready === "ready") {
    output.write(
      `\nReady on ${url}. Research and engineering software, not a medical device. Open: no key is asked for, and any ` +
        "program on this machine may use it.\n" +
        `Try:\n\n  curl --data-binary @models/mnist/examples/7.png ${url}/v1/models/mnist/classify\n\n`,
    );
  }
  const code = await exited;
  return ready === "ready" || code === 0
    ? ok(null)
    : fail("wrangler_failed", `wrangler dev ended with exit code ${code}`);
}

async function isPortFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "localhost");
  try {
    await once(server, "listening");
    server.close();
    return true;
  } catch {
    return false;
  }
}

async function waitUntilReady(url: string): Promise<"ready"> {
  for (;;) {
    const response = await fetch(`${url}/healthz`).catch(() => undefined);
    if (response?.ok) return "ready";
    await sleep(READY_POLL_MS);
  }
}
