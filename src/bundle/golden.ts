// Golden vectors: generated inputs and the logits the model gave for them when it was released. They are replayed
// when a model is loaded, so an engine that computes something else never answers.

import * as z from "zod/mini";
import { fromJsonBytes } from "../base/bytes.ts";
import { parseShape } from "../base/parse-shape.ts";
import { fail, type Failure, type Result } from "../base/result.ts";

/** Largest accepted difference of a logit, relative to the largest logit of its vector and at least to 1. */
export const GOLDEN_TOLERANCE = 1e-4;

/**
 * The same where layers are computed in 8 bits: a number that is rounded to the next level because an engine sums in
 * another order before it moves a logit by less, and a wrong kernel moves it by more.
 */
export const GOLDEN_TOLERANCE_ON_LEVELS = 0.02;

const logitsSchema = z.array(z.number()).check(z.minLength(1), z.maxLength(1000));

const goldenSchema = z.strictObject({
  vectors: z
    .array(
      z.strictObject({
        seed: z.int().check(z.minimum(0), z.maximum(0xffff_ffff)),
        logits: logitsSchema,
        /** What the graph alone gives, of a bundle whose quantisation is left to engines that have kernels for it. */
        logitsInFloat32: z.optional(logitsSchema),
      }),
    )
    .check(z.minLength(1), z.maxLength(16)),
});

export type Golden = z.infer<typeof goldenSchema>;

/** Reads `golden.json`. */
export function parseGolden(bytes: Uint8Array): Result<Golden, Failure<"golden_invalid">> {
  const parsed = parseShape(goldenSchema, fromJsonBytes(bytes));
  return parsed.ok ? parsed : fail("golden_invalid", "golden.json is not a list of golden vectors");
}

/** `length` pseudo-random samples from 0 to 255, the same for a seed everywhere: the top bytes of xorshift32 (Marsaglia 2003). */
export function goldenSamples(seed: number, length: number): Uint8Array<ArrayBuffer> {
  const samples = new Uint8Array(length);
  let state = (seed ^ 0x9e37_79b9) >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    samples[i] = state >>> 24;
  }
  return samples;
}

/** True when every logit is within tolerance; NaN never is. */
export function agreesWithGolden(
  logits: Float32Array,
  expected: readonly number[],
  tolerance = GOLDEN_TOLERANCE,
): boolean {
  const limit = tolerance * Math.max(1, ...expected.map(Math.abs));
  return (
    logits.length === expected.length &&
    expected.every((value, i) => Math.abs((logits[i] ?? Number.NaN) - value) <= limit)
  );
}
