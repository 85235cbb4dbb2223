// A folder with R2 in it, holding the released bundle of the original network or others, signed by a key that lives as long as this process.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicKeyPem } from "../../src/bundle/signature/public-key.ts";
import type { SigningKey } from "../../src/bundle/signature/sign-bundle.ts";
import { createR2Store } from "../../src/registry/store/r2.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import type { PackedBundle } from "../../train/pack/pack-bundle.ts";
import { authorOf } from "../../train/publish/author.ts";
import { publish } from "../../train/publish/publish.ts";
import { startWorker } from "./start-worker.ts";
import { ROOT, textWorker } from "./worker-modules.ts";

export type Storage = { folder: string; key: SigningKey; trustedKeys: string; remove: () => Promise<void> };

export async function readRelease(name: string): Promise<PackedBundle> {
  const bundle = await readBundleFolder(join(ROOT, "models", name));
  if (!bundle.ok) throw new Error(bundle.error.detail);
  return bundle.value;
}

export async function seedStorage(bundles?: readonly PackedBundle[]): Promise<Storage> {
  const folder = await mkdtemp(join(tmpdir(), "edgescope-bench-"));
  const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const seeder = await startWorker(textWorker("export default {}"), folder, "");
  try {
    for (const bundle of bundles ?? [await readRelease("mnist-cnn")]) {
      const published = await publish(createR2Store(await seeder.bucket()), bundle, key, {
        ...authorOf("bench"),
        channel: "stable",
      });
      if (!published.ok) throw new Error(published.error.detail);
    }
  } finally {
    await seeder.stop();
  }
  return {
    folder,
    key,
    trustedKeys: await publicKeyPem(key.publicKey),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
