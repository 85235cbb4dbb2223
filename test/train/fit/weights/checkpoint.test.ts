// A training state on disk: it comes back to the bit, or a reason says why not.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  readCheckpoint,
  removeCheckpoint,
  saveCheckpoint,
  type RunIdentity,
} from "../../../../train/fit/weights/checkpoint.ts";
import type { TrainingState } from "../../../../train/fit/weights/training-state.ts";

const run: RunIdentity = { recipe: "mnist", recipeDigest: "abc", seed: 1, dataset: "def" };

const state: TrainingState = {
  position: { epoch: 1, batch: 42, step: 1730, lossSum: 0.1, correct: 1234 },
  history: [
    { epoch: 0, learningRate: 0.001, loss: 0.25, accuracy: 0.9, validationLoss: 0.2, validationAccuracy: 0.95 },
  ],
  arrays: {
    parameters: Float32Array.of(1, -2.5, 0.1, 3e38),
    firstMoments: Float32Array.of(-0, Number.NaN, 1e-45, 2),
    secondMoments: Float32Array.of(0, 1, 2, 3),
    average: Float32Array.of(4, 5, 6, 7),
    best: Float32Array.of(8, 9, 10, 11),
    ended: Float32Array.of(12, 13, 14, 15),
  },
};

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-checkpoint-"));
  path = join(folder, "runs", "mnist-1.checkpoint");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Saves the state, lets `change` at the file's bytes, and reads it again. */
async function readChanged(change: (bytes: Buffer) => Uint8Array) {
  await saveCheckpoint(path, run, state);
  await writeFile(path, change(await readFile(path)));
  return readCheckpoint(path, run);
}

/** Changes text of the header, which is the file's second line; the first has the digest, made anew where asked. */
const readWithHeader = (from: string, to: string, { newDigest }: { newDigest: boolean }) =>
  readChanged((bytes) => {
    const [digest, ...content] = bytes.toString("latin1").split("\n");
    expect(content[0]).toContain(from);
    const changed = Buffer.from(content.join("\n").replace(from, to), "latin1");
    const line = newDigest ? createHash("sha256").update(changed).digest("hex") : digest;
    return Buffer.concat([Buffer.from(`${line}\n`), changed]);
  });

const damaged = () => ({
  ok: false,
  error: { reason: "checkpoint_invalid", detail: `${path} is damaged; train without --resume` },
});

describe("a saved state", () => {
  test("comes back to the bit", async () => {
    await saveCheckpoint(path, run, state);
    expect(await readCheckpoint(path, run)).toEqual({ ok: true, value: state });
  });

  test("comes back without a best epoch before the first has ended", async () => {
    const early: TrainingState = { ...state, history: [] };
    await saveCheckpoint(path, run, early);
    expect(await readCheckpoint(path, run)).toEqual({ ok: true, value: early });
  });

  test("takes the place of an earlier one", async () => {
    await saveCheckpoint(path, run, { ...state, history: [] });
    await saveCheckpoint(path, run, state);
    expect(await readCheckpoint(path, run)).toEqual({ ok: true, value: state });
  });

  test("does not mind what a process that died left behind", async () => {
    await saveCheckpoint(path, run, state);
    await writeFile(`${path}.new`, "half a checkp");
    expect(await readCheckpoint(path, run)).toEqual({ ok: true, value: state });
    await saveCheckpoint(path, run, state);
    expect(existsSync(`${path}.new`)).toBe(false);
    expect(await readCheckpoint(path, run)).toEqual({ ok: true, value: state });
  });
});

describe("says that a checkpoint is damaged", () => {
  test.each([-1, -5, -80])("when one bit of its tensors differs, at byte %i from the end", async (index) => {
    const read = await readChanged((bytes) => {
      bytes[bytes.length + index] ^= 1;
      return bytes;
    });
    expect(read).toEqual(damaged());
  });

  test.each([0, 1, 100])("when it ends after %i bytes, inside the header", async (length) => {
    expect(await readChanged((bytes) => bytes.subarray(0, length))).toEqual(damaged());
  });

  test("when it ends after the header", async () => {
    expect(await readChanged((bytes) => bytes.subarray(0, bytes.indexOf("\n") + 1))).toEqual(damaged());
  });

  test("when its last byte is missing", async () => {
    expect(await readChanged((bytes) => bytes.subarray(0, -1))).toEqual(damaged());
  });

  test("when it goes on after its end", async () => {
    expect(await readChanged((bytes) => Buffer.concat([bytes, Buffer.of(0)]))).toEqual(damaged());
  });

  test.each([
    ["position", '"batch":42', '"batch":43'],
    ["step", '"step":1730', '"step":1731'],
    ["history", '"history":[{', '"history":[ {'],
  ])("when its %s is not the one that was written", async (_what, from, to) => {
    expect(await readWithHeader(from, to, { newDigest: false })).toEqual(damaged());
  });

  test.each([
    ["is of another format", "edgescope-checkpoint-3", "edgescope-checkpoint-2"],
    ["has a negative position", '"batch":42', '"batch":-42'],
    ["has a field too many", '"history":', '"note":1,"history":'],
  ])("when its header %s", async (_what, from, to) => {
    expect(await readWithHeader(from, to, { newDigest: true })).toEqual(damaged());
  });
});

describe("says that a checkpoint is of another run", () => {
  test.each<[what: string, other: Partial<RunIdentity>]>([
    ["seed", { seed: 2 }],
    ["recipe", { recipe: "pneumonia" }],
    ["recipe's content", { recipeDigest: "abd" }],
    ["data set", { dataset: "deg" }],
  ])("when the %s differs", async (_what, other) => {
    await saveCheckpoint(path, run, state);
    expect(await readCheckpoint(path, { ...run, ...other })).toEqual({
      ok: false,
      error: {
        reason: "checkpoint_of_another_run",
        detail: `${path} belongs to another recipe, seed or data set; train without --resume`,
      },
    });
  });
});

test("says that there is no checkpoint, and where it looked", async () => {
  const missing = { reason: "checkpoint_missing", detail: `there is no checkpoint at ${path}; train without --resume` };
  expect(await readCheckpoint(path, run)).toEqual({ ok: false, error: missing });
});

test("removes a checkpoint, and is content when there is none", async () => {
  await saveCheckpoint(path, run, state);
  await removeCheckpoint(path);
  await removeCheckpoint(path);
  expect(existsSync(path)).toBe(false);
});
