// The file with what each epoch of a training gave, for its curves.

import { readFile } from "node:fs/promises";
import * as z from "zod/mini";
import { fromJsonBytes } from "../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";

/** Other fields of a record are not looked at. */
const historySchema = z
  .array(
    z.object({
      epoch: z.int(),
      loss: z.number(),
      accuracy: z.number(),
      validationLoss: z.number(),
      validationAccuracy: z.number(),
    }),
  )
  .check(z.minLength(1), z.maxLength(100_000));

export type TrainingHistory = z.infer<typeof historySchema>;

/** JSON: one record an epoch, in their order. */
export async function readTrainingHistory(
  path: string,
): Promise<Result<TrainingHistory, Failure<"history_missing" | "history_invalid">>> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return fail("history_missing", `${path} cannot be read`);
  const parsed = historySchema.safeParse(fromJsonBytes(new Uint8Array(bytes)));
  return parsed.success ? ok(parsed.data) : fail("history_invalid", `${path} is not a list of epochs`);
}
