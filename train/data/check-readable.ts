// Reads every image of a split once, so that a damaged one is named before hours of training and not after.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { ReadReason, Split } from "./dataset.ts";

export async function checkReadable(split: Split): Promise<Result<null, Failure<ReadReason>>> {
  for (let i = 0; i < split.count; i++) {
    const pixels = await split.read(i);
    if (!pixels.ok) return fail(pixels.error.reason, `image ${split.nameOf(i)}: ${pixels.error.detail}`);
  }
  return ok(null);
}
