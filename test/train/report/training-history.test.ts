import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTrainingHistory } from "../../../train/report/training-history.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-history-"));
});
afterAll(() => rm(folder, { recursive: true }));

const record = { epoch: 0, loss: 1, accuracy: 0.5, validationLoss: 2, validationAccuracy: 0.25 };

test("reads what each epoch gave, and looks at nothing else", async () => {
  const path = join(folder, "history.json");
  await writeFile(path, JSON.stringify([{ ...record, learningRate: 0.1 }]));
  expect(await readTrainingHistory(path)).toEqual({ ok: true, value: [record] });
});

test.each(["", "{", "[]", "{}", '[{"epoch":0}]'])("refuses %j", async (text) => {
  const path = join(folder, "bad.json");
  await writeFile(path, text);
  expect(await readTrainingHistory(path)).toMatchObject({ error: { reason: "history_invalid" } });
});

test("says which file is missing", async () => {
  expect(await readTrainingHistory("nowhere.json")).toEqual({
    ok: false,
    error: { reason: "history_missing", detail: "nowhere.json cannot be read" },
  });
});
