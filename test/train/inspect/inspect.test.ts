// `edgescope inspect` on a small folder with every fault that it looks for, and on a real set where one is at hand.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { inspect, type InspectOptions } from "../../../train/commands/inspect.ts";
import { createScratchFolder } from "../data/files/scratch-folder.ts";

const scratch = await createScratchFolder();

/** Waves that differ with `kind`; `lighter` is added to every sample. */
function picture(kind: number, size = 40, lighter = 0): Uint8Array {
  const data = Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) / size, Math.floor(i / size) / size];
    return 110 + lighter + 50 * Math.sin((3 + 2 * kind) * x + kind) + 40 * Math.cos((5 + 3 * kind) * y - x * kind);
  });
  return encode({ width: size, height: size, channels: 1, depth: 8, data });
}

async function run(name: string, options: InspectOptions = {}) {
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text), isTTY: false } as unknown as NodeJS.WriteStream;
  return { result: await inspect(name, options, output), text: written.join("") };
}

test("counts, names what is damaged, and finds what stands on both sides of a split", async () => {
  await scratch.write("set/train/NORMAL/IM-0001-0001.png", picture(1));
  await scratch.write("set/train/NORMAL/IM-0002-0001.png", picture(2));
  await scratch.write("set/train/NORMAL/IM-0009-0001.png", picture(6).subarray(0, 60));
  await scratch.write("set/train/PNEUMONIA/person1_virus_1.png", picture(3));
  await scratch.write("set/test/NORMAL/IM-0001-0002.png", picture(4));
  await scratch.write("set/test/NORMAL/IM-0003-0001.png", picture(2, 56, 20));
  await scratch.write("set/test/NORMAL/IM-0004-0001.png", picture(3));
  await scratch.write("set/SOURCE.txt", "from nowhere");
  const html = join(scratch.path, "page.html");
  const { result, text } = await run(join(scratch.path, "set"), { grouping: "chest-xray", html });
  expect(result).toEqual({ ok: true, value: null });
  for (const line of [
    "binary, SHA-256 ",
    "left out, being no images by their name: 1",
    "Images: 7 images of 2 classes",
    "              train  test\n  NORMAL          3     3\n  PNEUMONIA       1     0\n  all images      4     3\n  groups          4     3\n",
    "  train  40 x 40, 1 channel, 8 bits  3\n  test   40 x 40, 1 channel, 8 bits  2\n  test   56 x 56, 1 channel, 8 bits  1\n",
    "Damaged images: 1\n  train train/NORMAL/IM-0009-0001.png  truncated  ",
    "The same pixels across splits: 1 pair, 1 of them with different labels\n" +
      "  train train/PNEUMONIA/person1_virus_1.png  test test/NORMAL/IM-0004-0001.png    labels differ\n",
    "Near-duplicates across splits: 1 pair; look at them",
    "  train train/NORMAL/IM-0002-0001.png  test test/NORMAL/IM-0003-0001.png  correlation 0.99",
    "Groups on two sides of a split: 1 group\n  IM-0001  train, test\n",
    "\nPNEUMONIA: \n",
  ])
    expect(text).toContain(line);
  const page = await readFile(html, "utf8");
  expect(page.match(/<img /g)?.length).toBe(3);
  expect(page).toContain("<td>train train/NORMAL/IM-0009-0001.png</td><td>truncated</td>");
});

test("where nothing is split, compares the pictures of different groups only", async () => {
  await scratch.write("flat/a/IM-0001-0001.png", picture(1));
  await scratch.write("flat/a/IM-0001-0002.png", picture(1));
  await scratch.write("flat/b/IM-0002-0001.png", picture(1, 40, 9));
  const known = await run(join(scratch.path, "flat"), { grouping: "chest-xray" });
  expect(known.text).toContain("The same pixels between groups: no pairs");
  expect(known.text).toContain("Near-duplicates between groups: 2 pairs, 2 of them with different labels");
  const unknown = await run(join(scratch.path, "flat"));
  expect(unknown.text).toContain("The same pixels between groups: 1 pair\n");
  expect(unknown.text).toContain("Groups on two sides of a split: groups are not known");
});

test("reads a manifest with several labels an image", async () => {
  await scratch.write("many/1.png", picture(1));
  await scratch.write("many/2.png", picture(2));
  const manifest = await scratch.write("many/set.csv", "path,labels,split\n1.png,x|y,train\n2.png,,test\n");
  const { text } = await run(manifest);
  expect(text).toContain("multilabel, SHA-256 ");
  expect(text).toContain("  x               1     0\n  y               1     0\n  all images      1     1\n");
});

test("says what it does not know, and where it cannot write", async () => {
  expect((await run("nowhere")).result).toMatchObject({
    error: {
      reason: "data_missing",
      detail: expect.stringContaining("none of mnist, chest-xray, pneumoniamnist, breastmnist"),
    },
  });
  await scratch.write("one/a/1.png", picture(1));
  const html = join(scratch.path, "missing/page.html");
  expect((await run(join(scratch.path, "one"), { html })).result).toEqual({
    ok: false,
    error: { reason: "page_not_written", detail: `${html} cannot be written` },
  });
});

const MEDMNIST = join(import.meta.dirname, "../../../../shared/data/medmnist");

if (existsSync(MEDMNIST)) {
  test("sees that BreastMNIST has one picture in training as normal and in testing as malignant", async () => {
    const { text } = await run("breastmnist", { data: MEDMNIST });
    expect(text).toContain("  malignant         147          21    42\n  normal, benign    399          57   114\n");
    expect(text).toContain(
      "The same pixels across splits: 1 pair, 1 of them with different labels\n  train 115  test 76    labels differ\n",
    );
  });
}
