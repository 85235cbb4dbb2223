// MedMNIST from a folder: what is said of a file that is not the published one, and the sets themselves where at hand.

import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { CATALOGUE } from "../../../../train/data/sets/catalogue.ts";
import type { Split } from "../../../../train/data/dataset.ts";
import { loadMedMnist } from "../../../../train/data/sets/medmnist.ts";
import { MEDMNIST_SETS } from "../../../../train/data/sets/medmnist-sets.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-medmnist-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

test("names the file that is missing", async () => {
  expect(await loadMedMnist("breastmnist", folder, () => {})).toEqual({
    ok: false,
    error: { reason: "data_missing", detail: `${join(folder, "breastmnist.npz")} is not there` },
  });
});

test("refuses a file that is not the published one, with both digests, and leaves it where it is", async () => {
  const path = join(folder, "retinamnist.npz");
  await writeFile(path, "abc");
  expect(await loadMedMnist("retinamnist", folder, () => {})).toEqual({
    ok: false,
    error: {
      reason: "digest_mismatch",
      detail:
        `${path}: not the published file: its MD5 is 900150983cd24fb0d6963f7d28e17f72, ` +
        "expected bd4c0672f1bba3e3a89f0e4e876791e4",
    },
  });
  expect(existsSync(path)).toBe(true);
});

test("removes a damaged download, so that the next attempt starts afresh", async () => {
  vi.stubEnv("XDG_CACHE_HOME", folder);
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return new Response("abc");
  });
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(await loadMedMnist("breastmnist", undefined, () => {})).toMatchObject({
      error: { reason: "digest_mismatch", detail: expect.stringContaining("its MD5 is 9001509") },
    });
    expect(existsSync(join(folder, "edgescope", "medmnist", "breastmnist.npz"))).toBe(false);
  }
  const address = "https://zenodo.org/records/10519652/files/breastmnist.npz";
  expect(asked).toEqual([address, address]);
});

test("what is known of every set is whole", () => {
  const md5s = new Set(Object.values(MEDMNIST_SETS).map(({ md5 }) => md5));
  expect(md5s.size).toBe(12);
  for (const [name, { md5, task, classes, licence, source }] of Object.entries(MEDMNIST_SETS)) {
    expect(md5, name).toMatch(/^[0-9a-f]{32}$/);
    expect(classes.length === 2, name).toBe(task === "binary");
    expect(new Set(classes).size, name).toBe(classes.length);
    expect(licence, name).toMatch(/^CC BY/);
    expect(source, name).toMatch(/\(\d{4}\)$/);
  }
  expect([...CATALOGUE.keys()]).toEqual(["mnist", "chest-xray", ...Object.keys(MEDMNIST_SETS)]);
});

const countLabels = ({ labels }: Split, classes: string[]) =>
  classes.map((_, index) => labels.filter((label) => label === index).length);

/** The official files, where somebody has put them beside the checkout. */
const OFFICIAL = join(import.meta.dirname, "../../../../../shared/data/medmnist");

if (existsSync(OFFICIAL)) {
  test.each([
    ["pneumoniamnist", 1, [1214, 3494], [135, 389], [234, 390]],
    ["breastmnist", 1, [147, 399], [21, 57], [42, 114]],
    ["retinamnist", 3, [486, 128, 206, 194, 66], [54, 12, 28, 20, 6], [174, 46, 92, 68, 20]],
  ] as const)("reads the official %s with the published counts", async (name, channels, ...counts) => {
    const loaded = await loadMedMnist(name, OFFICIAL, () => {});
    if (!loaded.ok) throw new Error(loaded.error.detail);
    const { train, validation, test: held, classes } = loaded.value;
    if (!validation) throw new Error("no validation split");
    expect([train, validation, held].map((split) => countLabels(split, classes))).toEqual(counts);
    const last = await held.read(held.count - 1);
    expect(last).toMatchObject({ value: { width: 28, height: 28, channels, maxValue: 255 } });
    expect(last.ok && last.value.data.length).toBe(28 * 28 * channels);
  });
}
