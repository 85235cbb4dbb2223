// Manifests of image files: what is read, and the line at which one is refused.

import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { createImageDecoder } from "../../../../src/image/decode-image.ts";
import { loadCodecModules } from "../../../../train/codec-modules.ts";
import { readImageManifest } from "../../../../train/data/files/image-manifest.ts";
import { colourJpeg, palettePng } from "../../../image/fixtures.ts";
import { createScratchFolder } from "./scratch-folder.ts";

const scratch = await createScratchFolder();
const decodeImage = createImageDecoder(await loadCodecModules());

beforeAll(async () => {
  await scratch.write("outside.png", palettePng);
  await scratch.write("set/a.png", palettePng);
  await scratch.write("set/deep/b.jpg", colourJpeg);
  await symlink(join(scratch.path, "outside.png"), join(scratch.path, "set/link.png"));
  await symlink(join(scratch.path, "set/a.png"), join(scratch.path, "set/near.png"));
});

async function read(text: string, name = "set/manifest.csv") {
  return readImageManifest(await scratch.write(name, text), decodeImage);
}

test("reads splits, groups and classes, and decodes when asked", async () => {
  const manifest = await read("path,label,split,group\na.png,well,train,P1\ndeep/../deep/b.jpg,sick,test,\n");
  if (!manifest.ok) throw new Error(manifest.error.detail);
  const { task, classes, splits, sha256 } = manifest.value;
  expect({ task, classes }).toEqual({ task: "binary", classes: ["sick", "well"] });
  expect(splits.train).toMatchObject({ count: 1, labels: Uint8Array.of(1), groups: ["P1"] });
  expect(splits.test).toMatchObject({ count: 1, labels: Uint8Array.of(0) });
  expect(splits.test?.nameOf(0)).toBe("deep/b.jpg");
  expect(await splits.test?.read(0)).toMatchObject({ value: { width: 16 } });
  // `sha256sum a.png deep/b.jpg manifest.csv | sha256sum` in that folder.
  expect(sha256).toBe("e92687a2088d24fda36b6bf7f8b75fcc2f27e751e710b279f434d0507e2ed73e");
});

test("reads several labels an image", async () => {
  const lines =
    '{"path":"a.png","labels":["x","z"]}\n{"path":"deep/b.jpg","labels":[]}\n{"path":"near.png","labels":"y"}';
  expect(await read(lines, "set/manifest.jsonl")).toMatchObject({
    value: {
      task: "multilabel",
      classes: ["x", "y", "z"],
      splits: { unsplit: { count: 3, labels: Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 1, 0) } },
    },
  });
});

test("another label in the manifest gives another digest", async () => {
  const digests = new Set<string>();
  for (const label of ["x", "y"]) {
    const manifest = await read(`path,label\na.png,${label}\ndeep/b.jpg,x\n`);
    if (manifest.ok) digests.add(manifest.value.sha256);
  }
  expect(digests.size).toBe(2);
});

test.each([
  ["path,label\n", ": no rows"],
  ["path,label\n../outside.png,x\n", ": line 2: a path outside the manifest's folder"],
  ["path,label\ndeep/../../outside.png,x\n", ": line 2: a path outside the manifest's folder"],
  ["path,label\n/etc/hostname,x\n", ": line 2: a path outside the manifest's folder"],
  ["path,label\na.png\0,x\n", ": line 2: a path outside the manifest's folder"],
  ["path,label\n.,x\n", ": line 2: a path outside the manifest's folder"],
  ["path,label\na.png,x\nlink.png,x\n", ": line 3: a link to a file outside the manifest's folder"],
  ["path,label\nmissing.png,x\n", ": line 2: no such file"],
  ["path,label\ndeep,x\n", ": line 2: not a file"],
  ["path,label\na.png,x\na.png,y\n", ": line 3: the path of line 2 again"],
  ["path,label\na.png,\n", ": line 2: an empty label"],
  ["path,labels\na.png,x||y\n", ": line 2: an empty label"],
  ["path,labels\na.png,x|x\n", ": line 2: a label that stands there twice"],
  ["path,label,split\na.png,x,train\ndeep/b.jpg,y,\n", ": line 3: a split in some rows and none in others"],
  ["path,label,split\na.png,x,holdout\n", ": line 2: the split is none of train, val and test"],
])("refuses %j", async (text, detail) => {
  const path = join(scratch.path, "set/manifest.csv");
  expect(await read(text)).toEqual({ ok: false, error: { reason: "manifest_invalid", detail: path + detail } });
});

test("refuses more classes than labels can count, text that is not UTF-8, and a manifest that is not there", async () => {
  const labels = Array.from({ length: 257 }, (_, i) => `c${i}`).join("|");
  expect(await read(`path,labels\na.png,${labels}\n`)).toMatchObject({
    error: { detail: expect.stringContaining("257 classes, more than 256") },
  });
  const latin = await scratch.write("set/latin.csv", Uint8Array.of(0x70, 0xe9));
  expect(await readImageManifest(latin, decodeImage)).toMatchObject({ error: { detail: `${latin}: not UTF-8` } });
  expect(await readImageManifest(join(scratch.path, "no.csv"), decodeImage)).toMatchObject({
    error: { reason: "data_missing" },
  });
});
