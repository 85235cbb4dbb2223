// The measuring commands on the released digits and its own drawn examples, as a folder of images by class.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareBundles } from "../../../../train/commands/measure/compare.ts";
import { evaluateBundle } from "../../../../train/commands/measure/evaluate.ts";
import { predictFiles } from "../../../../train/commands/measure/predict.ts";
import { DIGITS_FOLDER } from "../../../registry/signed-bundle.ts";

const example = (name: string) => join(DIGITS_FOLDER, "examples", name);

let folder: string;
let images: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-measure-"));
  images = join(folder, "images");
  for (let digit = 0; digit < 10; digit++) {
    await mkdir(join(images, String(digit)), { recursive: true });
    for (const type of ["png", "jpg"]) await cp(example(`${digit}.${type}`), join(images, String(digit), `a.${type}`));
  }
});
afterAll(() => rm(folder, { recursive: true }));

function createOutput() {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY: false } as unknown as NodeJS.WriteStream;
  return { stream, text: () => written.join("") };
}

describe("evaluate", () => {
  const flags = { stranger: [], corrupted: 2, ordinal: false, seed: 1 };

  test("leaves an evaluation and a page that shows the images", async () => {
    const { stream, text } = createOutput();
    const out = join(folder, "report");
    expect(await evaluateBundle(DIGITS_FOLDER, { ...flags, set: images, out }, stream)).toEqual({
      ok: true,
      value: null,
    });
    const evaluation = JSON.parse(await readFile(join(out, "evaluation.json"), "utf8"));
    expect(evaluation).toMatchObject({
      schemaVersion: 1,
      dataset: { images: 20 },
      accuracy: { value: 1 },
      outOfDistribution: { gate: "mahalanobis", strangers: [{ name: "uniform noise", images: 300 }, {}, {}] },
    });
    expect(await readFile(join(out, "report.html"), "utf8")).toContain("<!doctype html>");
    expect(text()).toContain("accuracy 100.00 %");
    expect(text()).toContain("report.html shows images of the data set");
  });

  test("prints how each part of the images fares where file names say which part it is", async () => {
    const parts = join(folder, "parts");
    for (const [name, digit] of [
      ["IM-0001-0001", "1"],
      ["person1_virus_1", "2"],
      ["person2_virus_2", "3"],
      ["person3_bacteria_3", "3"],
    ]) {
      await mkdir(join(parts, digit), { recursive: true });
      await cp(example(`${name === "person2_virus_2" ? "4" : digit}.png`), join(parts, digit, `${name}.png`));
    }
    const { stream, text } = createOutput();
    const out = join(folder, "report-of-parts");
    const set = { set: parts, grouping: "chest-xray", corrupted: 0 };
    expect(await evaluateBundle(DIGITS_FOLDER, { ...flags, ...set, out }, stream)).toMatchObject({ ok: true });
    const shown = text()
      .match(/^part .*\n(?:\S.* %.*\n){3}/m)?.[0]
      .split("\n");
    expect(shown?.map((line) => line.split(/ {2,}/).slice(0, 2).join(": "))).toEqual([
      "part: images",
      "normal: 1",
      "pneumonia, virus: 2",
      "pneumonia, bacteria: 1",
      "",
    ]);
    expect(shown?.[2]).toContain("50.00 %");
  });

  test("refuses a class that the model does not know", async () => {
    const strange = join(folder, "strange");
    await mkdir(join(strange, "eleven"), { recursive: true });
    await cp(example("1.png"), join(strange, "eleven", "a.png"));
    await mkdir(join(strange, "1"), { recursive: true });
    await cp(example("1.png"), join(strange, "1", "b.png"));
    expect(await evaluateBundle(DIGITS_FOLDER, { ...flags, set: strange }, createOutput().stream)).toMatchObject({
      ok: false,
      error: { reason: "labels_differ", detail: expect.stringContaining("eleven") },
    });
  });

  test("says what is missing", async () => {
    const missing = { ...flags, set: images, history: "nowhere.json" };
    expect(await evaluateBundle("nowhere", flags, createOutput().stream)).toMatchObject({
      error: { reason: "file_missing" },
    });
    expect(await evaluateBundle(DIGITS_FOLDER, missing, createOutput().stream)).toMatchObject({
      error: { reason: "history_missing" },
    });
  });
});

describe("predict", () => {
  test("prints a table, and says which file has no answer", async () => {
    const { stream, text } = createOutput();
    await writeFile(join(folder, "note.txt"), "not an image");
    const files = [example("7.png"), join(folder, "note.txt"), join(folder, "nowhere.png")];
    expect(await predictFiles(DIGITS_FOLDER, files, { json: false }, stream)).toEqual({
      ok: false,
      error: { reason: "images_failed", detail: "2 of 3 files have no answer" },
    });
    const lines = text().split("\n");
    expect(lines[0]).toMatch(/^file +decision +probabilities$/);
    expect(lines[1]).toMatch(/7\.png +7 +7 \d+\.\d %, /);
    expect(lines[2]).toContain("no answer: ");
    expect(lines[3]).toContain("no answer: the file cannot be read");
  });

  test("prints JSON with the model's identity", async () => {
    const { stream, text } = createOutput();
    expect(await predictFiles(DIGITS_FOLDER, [example("3.jpg")], { json: true }, stream)).toMatchObject({ ok: true });
    const { version } = JSON.parse(await readFile(join(DIGITS_FOLDER, "bundle.json"), "utf8"));
    expect(JSON.parse(text())).toMatchObject({
      model: { name: "mnist", version, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      answers: [{ decision: { outcome: "label", label: "3" }, image: { mediaType: "image/jpeg" } }],
    });
  });
});

test("compare does not show a bundle to be better than itself", async () => {
  const { stream, text } = createOutput();
  const differences = await compareBundles([DIGITS_FOLDER, DIGITS_FOLDER], { set: images, seed: 1 }, stream);
  if (!differences.ok) throw new Error(differences.error.detail);
  expect(new Set(differences.value.map(({ verdict }) => verdict))).toEqual(new Set(["not shown"]));
  expect(text()).toMatch(
    /accuracy +1\.0000 +1\.0000 +0\.0000 \(0\.0000 to 0\.0000\) +1\.0000 +McNemar exact +not shown/,
  );
  expect(text()).toMatch(/^One inference, by turns: A \d+\.\d{3} ms, B \d+\.\d{3} ms, A \/ B \d+\.\d{2}\.$/m);
});
