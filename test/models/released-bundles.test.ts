import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parsePublicKeys, type PublicKey } from "../../src/bundle/signature/public-key.ts";
import { loadModel } from "../../src/model/load-model.ts";
import { verifyBundleFolder } from "../../train/pack/bundle-folder.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";

const MODELS = join(import.meta.dirname, "../../models");
const names = readdirSync(MODELS, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));

let keys: PublicKey[];
beforeAll(async () => {
  await useWasmBackend();
  const parsed = await parsePublicKeys(await readFile(join(MODELS, "release-key.pub"), "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  keys = parsed.value;
});

test("there are released models", () => {
  expect(names).toContain("mnist");
});

describe.for(names)("the released model %s", (name) => {
  test("is signed by the release key, byte for byte, under its own name, and has less than 1 MB", async () => {
    const bundle = await verifyBundleFolder(join(MODELS, name), keys);
    if (!bundle.ok) throw new Error(bundle.error.detail);
    expect(bundle.value.manifest.name).toBe(name);
    expect(bundle.value.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1_000_000);
  });

  test("computes what it computed when it was released", async () => {
    const bundle = await verifyBundleFolder(join(MODELS, name), keys);
    if (!bundle.ok) throw new Error(bundle.error.detail);
    expect(loadModel(bundle.value)).toMatchObject({ ok: true });
  });

  test("names the commit that trained it, unmodified, and says that it is not for clinical use", async () => {
    const bundle = await verifyBundleFolder(join(MODELS, name), keys);
    if (!bundle.ok) throw new Error(bundle.error.detail);
    expect(bundle.value.manifest.training.revision).toMatch(/^[0-9a-f]{40}$/);
    expect(new TextDecoder().decode(bundle.value.files.get("README.md"))).toMatch(/Not a medical device/);
  });
});
