// A training state on disk: a JSON header, then every tensor's float32 values. Written beside the old one and renamed
// over it, so that whenever the process dies one whole checkpoint is there.

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
const count = z.int().check(z.minimum(0));
const weightSpecs = z.array(z.strictObject({ name: z.string(), shape: z.array(count) }));

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  run: z.strictObject({ recipe: z.string(), recipeDigest: z.string(), seed: z.int(), dataset: z.string() }),
  sha256: z.string(),
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
  const payload = concatBytes(
    tensors.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
  const header: z.infer<typeof headerSchema> = {
    format: FORMAT,
    run,
    sha256: await sha256Hex(payload),
    position: state.position,
    history: state.history,
    weights: toSpecs(state.weights),
    optimizer: toSpecs(state.optimizer),
    best: state.best ? { epoch: state.best.epoch, weights: toSpecs(state.best.weights) } : null,
  };
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(concatBytes([toUtf8(`${JSON.stringify(header)}\n`), payload]));
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
  const headerEnd = file.indexOf("\n");
  const parsed = headerSchema.safeParse(fromJsonBytes(file.subarray(0, headerEnd)));
  const payload = new Uint8Array(file.subarray(headerEnd + 1));
  if (
    !parsed.success ||
    (await sha256Hex(payload)) !== parsed.data.sha256 ||
    countBytes([...parsed.data.weights, ...parsed.data.optimizer, ...(parsed.data.best?.weights ?? [])]) !==
      payload.length
  ) {
    return fail("checkpoint_invalid", `${path} is damaged; train without --resume`);
  }
  const { position, history, weights, optimizer, best } = parsed.data;
  if (JSON.stringify(parsed.data.run) !== JSON.stringify(run)) {
    return fail(
      "checkpoint_of_another_run",
      `${path} belongs to another recipe, seed or data set; train without --resume`,
    );
  }
  const read = tensorReader(payload);
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

const countBytes = (specs: readonly { shape: number[] }[]): number =>
  specs.reduce((sum, { shape }) => sum + 4 * shape.reduce((product, dimension) => product * dimension, 1), 0);

/** Cuts the payload, whose digest and length have been verified, into tensors in the order they were written. */
function tensorReader(payload: Uint8Array<ArrayBuffer>) {
  let offset = 0;
  return ({ name, shape }: { name: string; shape: number[] }) => {
    const bytes = countBytes([{ shape }]);
    const values = new Float32Array(payload.slice(offset, offset + bytes).buffer);
    offset += bytes;
    return { name, shape, values };
  };
}
