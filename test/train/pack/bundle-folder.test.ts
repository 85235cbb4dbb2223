// A bundle on disk: written, read back, and refused for anything that is missing, changed or strange.

import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { parsePublicKeys } from "../../../src/bundle/signature/public-key.ts";
import { signBundle } from "../../../src/bundle/signature/sign-bundle.ts";
import {
  readBundleFolder,
  toResources,
  verifyBundleFolder,
  writeBundleFolder,
} from "../../../train/pack/bundle-folder.ts";
import { exampleBundle, exampleResources } from "../../bundle/example-bundle.ts";
import { exampleKey, exampleTrustedKeys } from "../../bundle/signature/example-key.ts";
import {
  referenceManifest,
  referencePublicKeyPem,
  referenceSignature,
} from "../../bundle/signature/reference-signature.ts";

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "edgescope-bundle-"));
  folder = join(parent, "models", "chest-xray");
  await writeBundleFolder(folder, exampleBundle, await signBundle("chest-xray", exampleResources, exampleKey));
});

afterEach(async () => {
  await rm(parent, { recursive: true });
});

const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
const verify = () => verifyBundleFolder(folder, exampleTrustedKeys);
const refused = (reason: string, detail: string) => ({ ok: false, error: { reason, detail } });

describe("a written bundle", () => {
  test("reads back as it was, and verifies", async () => {
    expect(await readBundleFolder(folder)).toEqual({ ok: true, value: exampleBundle });
    expect(await verify()).toMatchObject({ ok: true, value: exampleBundle });
  });

  test("has the files the manifest lists, the manifest and the signature, and no others", async () => {
    expect((await readdir(folder)).toSorted()).toEqual(["bundle.json", "model.json", "model.sig", "weights.bin"]);
  });

  test("takes the place of an earlier one and leaves its examples", async () => {
    await write("old-shard.bin", "old");
    await mkdir(join(folder, "examples"));
    await write("examples/a.png", "not signed");
    await writeBundleFolder(folder, exampleBundle, await signBundle("chest-xray", exampleResources, exampleKey));
    expect(await readdir(folder)).not.toContain("old-shard.bin");
    expect(await readdir(join(folder, "examples"))).toEqual(["a.png"]);
    expect((await verify()).ok).toBe(true);
  });

  test("is signed over its manifest and every file that lists", () => {
    expect(toResources(exampleBundle)).toEqual(exampleResources);
  });
});

describe("refuses a folder", () => {
  test.each(["bundle.json", "model.json", "weights.bin", "model.sig"])("without %s", async (name) => {
    await rm(join(folder, name));
    expect(await verify()).toEqual(refused("file_missing", `${join(folder, name)} is missing`));
  });

  test("with a folder in place of a file", async () => {
    await rm(join(folder, "weights.bin"));
    await mkdir(join(folder, "weights.bin"));
    expect(await verify()).toEqual(refused("file_missing", `${join(folder, "weights.bin")} is missing`));
  });

  test("whose weights differ by one byte", async () => {
    await write("weights.bin", Uint8Array.of(1, 2, 3, 5));
    const detail = "weights.bin is not the file that was signed";
    expect(await readBundleFolder(folder)).toEqual(refused("digest_mismatch", detail));
    expect(await verify()).toEqual(refused("digest_mismatch", detail));
  });

  test("whose manifest differs by one byte", async () => {
    await write("bundle.json", new Uint8Array([...exampleBundle.manifestBytes, 0x20]));
    expect((await readBundleFolder(folder)).ok).toBe(true);
    expect(await verify()).toEqual(refused("digest_mismatch", "bundle.json is not the signed one"));
  });

  test("whose manifest is not JSON", async () => {
    await write("bundle.json", "{");
    expect(await verify()).toMatchObject({ ok: false, error: { reason: "manifest_invalid" } });
  });

  test("whose files are larger than any bundle's", async () => {
    await truncate(join(folder, "bundle.json"), 256 * 1024 + 1);
    expect(await verify()).toEqual(
      refused("files_mismatch", `${join(folder, "bundle.json")} has more than 262144 bytes`),
    );
  });

  test("signed by a stranger", async () => {
    expect(await verifyBundleFolder(folder, [])).toMatchObject({ error: { reason: "signature_untrusted" } });
  });
});

describe("a file that the manifest does not list", () => {
  test.each(["stranger.bin", "README.txt", ".DS_Store"])("is refused: %s", async (name) => {
    await write(name, "strange");
    expect(await verify()).toEqual(
      refused("files_mismatch", `${join(folder, name)} is neither signed nor ignored by the signature`),
    );
  });

  test("is refused in a folder of its own", async () => {
    await mkdir(join(folder, "more"));
    await write("more/stranger.bin", "strange");
    expect(await verify()).toMatchObject({ ok: false, error: { reason: "files_mismatch" } });
  });

  test.each([".gitignore", ".gitattributes"])("is ignored when it is git's: %s", async (name) => {
    await write(name, "*.bin binary");
    expect((await verify()).ok).toBe(true);
  });

  test("is ignored among the examples", async () => {
    await mkdir(join(folder, "examples"));
    await write("examples/a.png", "not signed");
    expect((await verify()).ok).toBe(true);
  });
});

test("a folder that the reference tool signed verifies, examples and all", async () => {
  const files = new Map([...exampleBundle.files, ["bundle.json", toUtf8(referenceManifest)]]);
  await writeBundleFolder(
    folder,
    { ...exampleBundle, files, manifestBytes: toUtf8(referenceManifest) },
    toUtf8(referenceSignature),
  );
  await mkdir(join(folder, "examples"));
  await write("examples/a.txt", "not signed");
  const keys = await parsePublicKeys(referencePublicKeyPem);
  expect(await verifyBundleFolder(folder, keys.ok ? keys.value : [])).toMatchObject({
    ok: true,
    value: { manifest: { name: "two-shades" } },
  });
});
