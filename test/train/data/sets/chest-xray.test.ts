// The chest X-rays from a folder: patients stay on one side, parts are known, and what is no copy of the set is refused.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadChestXray } from "../../../../train/data/sets/chest-xray.ts";
import type { Split } from "../../../../train/data/dataset.ts";
import { palettePng } from "../../../image/fixtures.ts";
import { createScratchFolder } from "../files/scratch-folder.ts";

const scratch = await createScratchFolder();

test("cuts validation from the training images, whole patients at a time", async () => {
  for (let patient = 1; patient <= 20; patient++) {
    for (let image = 0; image < 2; image++) {
      await scratch.write(`set/train/PNEUMONIA/person${patient}_virus_${image}.png`, palettePng);
      await scratch.write(`set/train/NORMAL/IM-00${patient}-000${image}.png`, palettePng);
    }
  }
  await scratch.write("set/test/PNEUMONIA/person1_bacteria_1.png", palettePng);
  await scratch.write("set/test/NORMAL/IM-0001-0001.png", palettePng);
  const dataset = await loadChestXray(join(scratch.path, "set"));
  if (!dataset.ok) throw new Error(dataset.error.detail);
  const { train, validation, test: held, classes, validationShare } = dataset.value;
  expect({ classes, validationShare }).toEqual({ classes: ["normal", "pneumonia"], validationShare: 0.1 });
  expect([train.count, validation?.count, held.count]).toEqual([72, 8, 2]);
  expect(train.groups?.filter((patient) => validation?.groups?.includes(patient))).toEqual([]);
  expect(new Set(validation?.subgroups)).toEqual(new Set(["normal", "pneumonia, virus"]));
  expect(held.subgroups).toEqual(["normal", "pneumonia, bacteria"]);
  expect(await validation?.read(0)).toMatchObject({ ok: true });
});

test("says where the data can be had when no folder is named", async () => {
  expect(await loadChestXray(undefined)).toMatchObject({
    error: {
      reason: "data_missing",
      detail: expect.stringContaining("https://data.mendeley.com/datasets/rscbjbr9sj/2 and name the folder"),
    },
  });
});

test.each([
  ["with a split of 16 images for validation", ["train/NORMAL", "train/PNEUMONIA", "val/NORMAL", "test/NORMAL"]],
  ["without test images", ["train/NORMAL", "train/PNEUMONIA"]],
  ["with other classes", ["train/NORMAL", "train/COVID", "test/NORMAL"]],
])("refuses a folder %s", async (what, folders) => {
  for (const folder of folders) await scratch.write(`${what}/${folder}/person1_virus_1.png`, palettePng);
  expect(await loadChestXray(join(scratch.path, what))).toMatchObject({
    error: { reason: "folder_invalid", detail: expect.stringContaining("images of val belong into train") },
  });
});

const REAL = join(import.meta.dirname, "../../../../../shared/data/chest-xray-224");
if (existsSync(REAL)) {
  test("the real set: a tenth of each cause and of the normal images is held back", async () => {
    const dataset = await loadChestXray(REAL);
    if (!dataset.ok) throw new Error(dataset.error.detail);
    const { train, validation, test: held, sha256 } = dataset.value;
    const count = (split: Split | undefined) =>
      Object.fromEntries([...Map.groupBy(split?.subgroups ?? [], (part) => part)].map(([k, v]) => [k, v.length]));
    expect(sha256).toBe("93ecbf388cdd895f53f5af88d6af646e0c9fabded2dbe5da1671d665bbac90f1");
    expect(count(train)).toEqual({ normal: 1207, "pneumonia, bacteria": 2295, "pneumonia, virus": 1193 });
    expect(count(validation)).toEqual({ normal: 134, "pneumonia, bacteria": 235, "pneumonia, virus": 152 });
    expect(count(held)).toEqual({ normal: 234, "pneumonia, bacteria": 242, "pneumonia, virus": 148 });
    expect(train.groups?.filter((patient) => validation?.groups?.includes(patient))).toEqual([]);
  });
}
