// A training state on disk: the digest of what follows, a JSON header, every tensor's float32 values. Written beside the
// old one and renamed over it, so that whenever the process dies one whole checkpoint is there.

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod/mini";
import { concatBytes, fromJsonBytes, toUtf8 } from "../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { sha256Hex } from "../../src/base/sha256.ts";
import type { TrainingState, Weights } from "./training-state.ts";

/** What a checkpoint belongs to: resuming with anything else would mix two runs. */
export type RunIdentity = { recipe: string; recipeDigest: string; seed: number; dataset: string };

const FORMAT = "edgescope-checkpoint-1";
/** 64 hex digits and a newline. */
const DIGEST_LINE_BYTES = 65;
const NEWLINE = 0x0a;
const count = z.int().check(z.minimum(0));
const weightSpecs = z.array(z.strictObject({ name: z.string(), shape: z.array(count) }));

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  run: z.strictObject({ recipe: z.string(), recipeDigest: z.string(), seed: z.int(), dataset: z.string() }),
  position: z.strictObject({ epoch: count, batch: count, lossSum: z.number(), correctSum: z.number() }),
  history: z.array(
    z.strictObject({
      epoch: count,
      loss: z.number(),
      accuracy: z.number(),
      validationLoss: z.number(),
      validationAccuracy: z.number(),
    }),
  ),
  weights: weightSpecs,
  optimizer: weightSpecs,
  best: z.nullable(z.strictObject({ epoch: count, weights: weightSpecs })),
});

/** The file is flushed before it takes the old one's name. */
export async function saveCheckpoint(path: string, run: RunIdentity, state: TrainingState): Promise<void> {
  const tensors = [...state.weights, ...state.optimizer, ...(state.best?.weights ?? [])];
  const header: z.infer<typeof headerSchema> = {
    format: FORMAT,
    run,
    position: state.position,
    history: state.history,
    weights: toSpecs(state.weights),
    optimizer: toSpecs(state.optimizer),
    best: state.best ? { epoch: state.best.epoch, weights: toSpecs(state.best.weights) } : null,
  };
  const content = concatBytes([
    toUtf8(`${JSON.stringify(header)}\n`),
    ...tensors.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
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
  const { position, history, weights, optimizer, best } = parsed.data;
  if (JSON.stringify(parsed.data.run) !== JSON.stringify(run)) {
    return fail(
      "checkpoint_of_another_run",
      `${path} belongs to another recipe, seed or data set; train without --resume`,
    );
  }
  const read = tensorReader(content.subarray(headerEnd + 1));
  return ok({
    position,
    history,
    weights: weights.map(read),
    optimizer: optimizer.map(read),
    best: best ? { epoch: best.epoch, weights: best.weights.map(read) } : undefined,
  });
}

export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}

const toSpecs = (weights: Weights) => weights.map(({ name, shape }) => ({ name, shape }));

/** Cuts the payload, whose digest has been verified, into tensors in the order they were written. */
function tensorReader(payload: Uint8Array<ArrayBuffer>) {
  let offset = 0;
  return ({ name, shape }: { name: string; shape: number[] }) => {
    const bytes = 4 * shape.reduce((product, dimension) => product * dimension, 1);
    const values = new Float32Array(payload.slice(offset, offset + bytes).buffer);
    offset += bytes;
    return { name, shape, values };
  };
}
