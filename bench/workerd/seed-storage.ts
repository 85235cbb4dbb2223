// A folder with R2 in it, holding the released MNIST bundle, signed by a key that is forgotten at once.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicKeyPem } from "../../src/bundle/public-key.ts";
import { createR2Store } from "../../src/registry/r2.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { publish } from "../../train/publish/publish.ts";
import { startWorker } from "./start-worker.ts";
import { ROOT, textWorker } from "./worker-modules.ts";

export type Storage = { folder: string; trustedKeys: string; remove: () => Promise<void> };

export async function seedStorage(): Promise<Storage> {
  const bundle = await readBundleFolder(join(ROOT, "models/mnist"));
  if (!bundle.ok) throw new Error(bundle.error.detail);
  const folder = await mkdtemp(join(tmpdir(), "edgescope-bench-"));
  const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const seeder = await startWorker(textWorker("export default {}"), folder, "");
  try {
    const published = await publish(createR2Store(await seeder.bucket()), bundle.value, key, "stable");
    if (!published.ok) throw new Error(published.error.detail);
  } finally {
    await seeder.stop();
  }
  return {
    folder,
    trustedKeys: await publicKeyPem(key.publicKey),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
