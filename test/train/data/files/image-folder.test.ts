// Folders of images by class: what is read, what is refused, and the real ones where they are at hand.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createImageDecoder } from "../../../../src/image/decode-image.ts";
import { loadCodecModules } from "../../../../train/codec-modules.ts";
import { GROUPINGS } from "../../../../train/data/files/group-of.ts";
import { readImageFolder } from "../../../../train/data/files/image-folder.ts";
import { colourJpeg, palettePng } from "../../../image/fixtures.ts";
import { createScratchFolder } from "./scratch-folder.ts";

const scratch = await createScratchFolder();
const decodeImage = createImageDecoder(await loadCodecModules());
const read = (name: string, grouping?: string) =>
  readImageFolder(join(scratch.path, name), decodeImage, GROUPINGS.get(grouping ?? ""));
const hex = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

test("reads classes in order, names images by their path, and decodes when asked", async () => {
  await scratch.write("plain/sick/2.JPG", colourJpeg);
  await scratch.write("plain/sick/1.png", palettePng);
  await scratch.write("plain/well/3.jpeg", colourJpeg);
  await scratch.write("plain/well/notes.txt", "not an image");
  await scratch.write("plain/SOURCE.txt", "not an image");
  const folder = await read("plain");
  if (!folder.ok) throw new Error(folder.error.detail);
  const { task, classes, sha256, splits, ignoredFiles } = folder.value;
  expect({ task, classes, ignoredFiles }).toEqual({ task: "binary", classes: ["sick", "well"], ignoredFiles: 2 });
  const { unsplit: images } = splits;
  if (!images) throw new Error("no images");
  expect([0, 1, 2].map(images.nameOf)).toEqual(["sick/1.png", "sick/2.JPG", "well/3.jpeg"]);
  expect(images).toMatchObject({ count: 3, labels: Uint8Array.of(0, 0, 1) });
  expect(images.groups).toBeUndefined();
  expect(await images.read(0)).toMatchObject({ value: { width: 2, height: 1, channels: 4 } });
  expect(await images.read(2)).toMatchObject({ value: { width: 16, height: 8, channels: 3 } });
  const lines = `${hex(palettePng)}  sick/1.png\n${hex(colourJpeg)}  sick/2.JPG\n${hex(colourJpeg)}  well/3.jpeg\n`;
  expect(sha256).toBe(hex(lines));
});

test("reads splits, classes that are numbers in their order, and groups", async () => {
  for (const label of ["10", "9", "0"])
    await scratch.write(`split/train/${label}/person12_virus_${label}.png`, palettePng);
  await scratch.write("split/val/9/IM-0115-0001.png", palettePng);
  await scratch.write("split/test/10/unnamed.png", palettePng);
  const folder = await read("split", "chest-xray");
  if (!folder.ok) throw new Error(folder.error.detail);
  const { task, classes, splits } = folder.value;
  expect({ task, classes }).toEqual({ task: "multiclass", classes: ["0", "9", "10"] });
  expect(splits.train).toMatchObject({ labels: Uint8Array.of(0, 2, 1), groups: ["person12", "person12", "person12"] });
  expect(splits.validation).toMatchObject({ labels: Uint8Array.of(1), groups: ["IM-0115"] });
  expect(splits.test).toMatchObject({ labels: Uint8Array.of(2) });
});

test("gives a file without a known group one of its own", async () => {
  await scratch.write("groups/a/person1_virus_6.png", palettePng);
  await scratch.write("groups/b/other.png", palettePng);
  expect(await read("groups", "chest-xray")).toMatchObject({
    value: { splits: { unsplit: { groups: ["person1", "file b/other.png"] } } },
  });
});

test("says of each damaged image what is wrong with it, and only when it is read", async () => {
  await scratch.write("damaged/a/1.png", palettePng.subarray(0, 40));
  await scratch.write("damaged/a/2.png", "");
  const changed = await scratch.write("damaged/b/3.png", palettePng);
  const folder = await read("damaged");
  const images = folder.ok ? folder.value.splits.unsplit : undefined;
  await scratch.write("damaged/b/3.png", colourJpeg);
  expect(await images?.read(0)).toMatchObject({ error: { reason: "truncated" } });
  expect(await images?.read(1)).toMatchObject({ error: { reason: "empty" } });
  expect(await images?.read(2)).toMatchObject({ error: { reason: "file_changed" } });
  await chmod(changed, 0o000);
  if (process.getuid?.() !== 0) expect(await images?.read(2)).toMatchObject({ error: { reason: "file_unreadable" } });
});

test.each([
  ["missing", "data_missing", "missing is not a folder that can be read"],
  ["empty", "folder_invalid", "empty: no images; they stand in one folder for each class"],
  ["mixed", "folder_invalid", "mixed has folders of splits (train, val, test) and others side by side"],
  ["deep", "folder_invalid", "a: holds folders; images stand directly in their class's"],
  ["linked", "folder_invalid", "1.png is a symbolic link"],
])("refuses %s", async (name, reason, sentence) => {
  await scratch.write("empty/a/notes.txt", "");
  await scratch.write("mixed/train/a/1.png", palettePng);
  await scratch.write("mixed/other/1.png", palettePng);
  await scratch.write("deep/a/b/1.png", palettePng);
  await scratch.write("linked/a/2.png", palettePng);
  await symlink("/etc/hostname", join(scratch.path, "linked/a/1.png")).catch(() => {});
  expect(await read(name)).toMatchObject({ error: { reason, detail: expect.stringContaining(sentence) } });
});

test.each([
  ["chest-xray", "person1000_bacteria_2931.jpeg", "person1000"],
  ["chest-xray", "person447_virus_921_1.jpeg", "person447"],
  ["chest-xray", "IM-0115-0001.jpeg", "IM-0115"],
  ["chest-xray", "IM-0660-0001-0002.jpeg", "IM-0660"],
  ["chest-xray", "NORMAL2-IM-0007-0001.jpeg", "NORMAL2-IM-0007"],
  ["chest-xray", "photo.jpeg", undefined],
  ["malaria-cells", "C100P61ThinF_IMG_20150918_144348_cell_141.png", "P61"],
  ["malaria-cells", "C51AP12thinF_IMG_20150724_154330_cell_5.png", "P12"],
  ["malaria-cells", "C37BP2_thinF_IMG_20150620_133111a_cell_90.png", "P2"],
  ["malaria-cells", "C1_thinF_IMG_20150604_104722_cell_15.png", "C1"],
  ["malaria-cells", "C12NThinF_IMG_20150614_124212_cell_150.png", "C12"],
  ["malaria-cells", "thumb.png", undefined],
])("%s: %s is of group %s", (grouping, fileName, group) => {
  expect(GROUPINGS.get(grouping)?.groupOf(fileName)).toBe(group);
});

test.each([
  ["person1000_bacteria_2931.jpeg", "pneumonia, bacteria"],
  ["person447_virus_921_1.jpeg", "pneumonia, virus"],
  ["IM-0115-0001.jpeg", "normal"],
  ["NORMAL2-IM-0007-0001.jpeg", "normal"],
  ["photo.jpeg", undefined],
])("chest-xray: %s belongs to the part %s", (fileName, part) => {
  expect(GROUPINGS.get("chest-xray")?.subgroupOf?.(fileName)).toBe(part);
});

const SHARED = join(import.meta.dirname, "../../../../../shared/data");

/** Splits with their images of each class and their groups, every image decoded. */
async function survey(name: string, grouping: string) {
  const folder = await readImageFolder(join(SHARED, name), decodeImage, GROUPINGS.get(grouping));
  if (!folder.ok) throw new Error(folder.error.detail);
  const counts: Record<string, number[]> = {};
  for (const [split, images] of Object.entries(folder.value.splits)) {
    const ones = images.labels.filter((label) => label === 1).length;
    counts[split] = [images.count - ones, ones, new Set(images.groups).size];
    for (let i = 0; i < images.count; i++) {
      const pixels = await images.read(i);
      expect(pixels.ok, images.nameOf(i)).toBe(true);
    }
  }
  return { classes: folder.value.classes, counts };
}

if (existsSync(join(SHARED, "chest-xray-224"))) {
  test("every chest X-ray decodes, and its patient is known", async () => {
    expect(await survey("chest-xray-224", "chest-xray")).toEqual({
      classes: ["NORMAL", "PNEUMONIA"],
      counts: { train: [1341, 3875, 2846], test: [234, 390, 427] },
    });
  });
}

if (existsSync(join(SHARED, "malaria-cells"))) {
  test("every malaria cell decodes, and its patient or slide is known", async () => {
    expect(await survey("malaria-cells", "malaria-cells")).toEqual({
      classes: ["Parasitized", "Uninfected"],
      counts: { unsplit: [600, 600, 179] },
    });
  });
}
