// The ceiling on an image's size, applied to what a header declares before anything is allocated for it.

import { fail, ok, type Failure, type Result } from "../base/result.ts";

/** Products of two 32-bit sizes stay below 2^64, where a double is coarse but never small. */
export function checkSize(
  { width, height }: { width: number; height: number },
  maxPixels: number,
): Result<void, Failure<"corrupt" | "too_many_pixels">> {
  if (width === 0 || height === 0) return fail("corrupt", "the image has no width or no height");
  if (width * height > maxPixels) return fail("too_many_pixels", "the image has more pixels than are accepted");
  return ok(undefined);
}
