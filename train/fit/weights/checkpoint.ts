// A training state on disk: the digest of what follows, a JSON header, the flat float32 arrays. Written beside the
// old one and renamed over it, so that whenever the process dies one whole checkpoint is there.

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod/mini";
import { concatBytes, fromJsonBytes, toUtf8 } from "../../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import type { TrainingState } from "./training-state.ts";

/** What a checkpoint belongs to: resuming with anything else would mix two runs. */
export type RunIdentity = { recipe: string; recipeDigest: string; seed: number; dataset: string };

const FORMAT = "edgescope-checkpoint-3";
/** 64 hex digits and a newline. */
const DIGEST_LINE_BYTES = 65;
const NEWLINE = 0x0a;
const count = z.int().check(z.minimum(0));

/** The order in which the arrays follow the header. */
const ARRAYS = ["parameters", "firstMoments", "secondMoments", "average", "best", "ended"] as const;

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  run: z.strictObject({ recipe: z.string(), recipeDigest: z.string(), seed: z.int(), dataset: z.string() }),
  position: z.strictObject({ epoch: count, batch: count, step: count, lossSum: z.number(), correct: z.number() }),
  history: z.array(
    z.strictObject({
      epoch: count,
      learningRate: z.number(),
      loss: z.number(),
      accuracy: z.number(),
      validationLoss: z.number(),
      validationAccuracy: z.number(),
    }),
  ),
});

/** The file is flushed before it takes the old one's name. */
export async function saveCheckpoint(path: string, run: RunIdentity, state: TrainingState): Promise<void> {
  const { position, history, arrays } = state;
  const header: z.infer<typeof headerSchema> = { format: FORMAT, run, position, history };
  const content = concatBytes([
    toUtf8(`${JSON.stringify(header)}\n`),
    ...ARRAYS.map((name) => new Uint8Array(arrays[name].buffer)),
  ]);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(concatBytes([toUtf8(`${await sha256Hex(content)}\n`), content]));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

export async function readCheckpoint(
  path: string,
  run: RunIdentity,
): Promise<Result<TrainingState, Failure<"checkpoint_missing" | "checkpoint_invalid" | "checkpoint_of_another_run">>> {
  const file = await readFile(path).catch(() => undefined);
  if (!file) return fail("checkpoint_missing", `there is no checkpoint at ${path}; train without --resume`);
  const content = new Uint8Array(file.subarray(DIGEST_LINE_BYTES));
  const headerEnd = content.indexOf(NEWLINE);
  const parsed = headerSchema.safeParse(fromJsonBytes(content.subarray(0, headerEnd)));
  const digest = file.toString("latin1", 0, DIGEST_LINE_BYTES);
  if (!parsed.success || digest !== `${await sha256Hex(content)}\n`) {
    return fail("checkpoint_invalid", `${path} is damaged; train without --resume`);
  }
  const { position, history } = parsed.data;
  if (JSON.stringify(parsed.data.run) !== JSON.stringify(run)) {
    return fail(
      "checkpoint_of_another_run",
      `${path} belongs to another recipe, seed or data set; train without --resume`,
    );
  }
  const payload = content.slice(headerEnd + 1).buffer;
  const length = payload.byteLength / 4 / ARRAYS.length;
  const arrayAt = (name: (typeof ARRAYS)[number]) =>
    new Float32Array(payload.slice(4 * length * ARRAYS.indexOf(name), 4 * length * (ARRAYS.indexOf(name) + 1)));
  return ok({
    position,
    history,
    arrays: {
      parameters: arrayAt("parameters"),
      firstMoments: arrayAt("firstMoments"),
      secondMoments: arrayAt("secondMoments"),
      average: arrayAt("average"),
      best: arrayAt("best"),
      ended: arrayAt("ended"),
    },
  });
}

export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}
