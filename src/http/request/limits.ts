// What one request may ask of the service; a model's own ceilings on an image stand in its manifest.

import * as z from "zod/mini";
import type { JsonLimits } from "../../base/parse-json-within.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";

export type RequestLimits = {
  maxImages: number;
  /** Of a request that asks for explanations: each may take as much work as 64 images. */
  maxExplainedImages: number;
  /** Of a form or a JSON text, after inflation; a raw image has the model's ceiling instead. */
  maxRequestBytes: number;
  json: JsonLimits;
};

export const DEFAULT_LIMITS: RequestLimits = {
  maxImages: 32,
  maxExplainedImages: 4,
  /** An image of 8 MiB in base64, and some room. */
  maxRequestBytes: 12 * 1024 * 1024,
  /** Values take some fifty bytes each once they are parsed; an image of 224 x 224 colour pixels has 200,000. */
  json: { depth: 16, values: 1_000_000 },
};

const count = (fallback: number) => z.prefault(z.pipe(z.coerce.number(), z.int().check(z.positive())), fallback);

/** The Worker's variables, as `wrangler.toml` may set them. */
const variablesSchema = z.object({
  MAX_IMAGES: count(DEFAULT_LIMITS.maxImages),
  MAX_EXPLAINED_IMAGES: count(DEFAULT_LIMITS.maxExplainedImages),
  MAX_REQUEST_BYTES: count(DEFAULT_LIMITS.maxRequestBytes),
  MAX_JSON_DEPTH: count(DEFAULT_LIMITS.json.depth),
  MAX_JSON_VALUES: count(DEFAULT_LIMITS.json.values),
});

/** The detail of a failure names the variable. */
export function parseLimits(variables: Record<string, unknown>): Result<RequestLimits, Failure<"limits_invalid">> {
  const parsed = variablesSchema.safeParse(variables);
  if (!parsed.success) {
    return fail("limits_invalid", `${parsed.error.issues[0]?.path.join(".")} is not a whole number from 1`);
  }
  const { MAX_IMAGES, MAX_EXPLAINED_IMAGES, MAX_REQUEST_BYTES, MAX_JSON_DEPTH, MAX_JSON_VALUES } = parsed.data;
  return ok({
    maxImages: MAX_IMAGES,
    maxExplainedImages: MAX_EXPLAINED_IMAGES,
    maxRequestBytes: MAX_REQUEST_BYTES,
    json: { depth: MAX_JSON_DEPTH, values: MAX_JSON_VALUES },
  });
}
