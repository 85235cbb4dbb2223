// What one request may ask of the service, and what an isolate takes on.

import * as z from "zod/mini";
import type { JsonLimits } from "../../base/parse-json-within.ts";
import type { ImageCeilings } from "../load/with-ceilings.ts";
import type { Quota } from "../rates/count-requests.ts";
import type { Cost } from "../load/admission.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";

export type RequestLimits = {
  /** Of one image, where the model's own ceilings are not lower. */
  image: ImageCeilings;
  maxImages: number;
  /** Of a request that asks for explanations: each may take as much work as 64 images. */
  maxExplainedImages: number;
  /** Of a form or a JSON text, after inflation; a raw image has the model's ceiling instead. */
  maxRequestBytes: number;
  json: JsonLimits;
  /** Characters of a URL, and what all headers may come to. */
  headers: { urlLength: number; count: number; bytes: number };
  /** What a caller may ask for; the binding in wrangler.toml has the same numbers, and cannot be read. */
  quota: Quota;
  /** How long a body may take to arrive. */
  maxBodyMs: number;
  /** What the isolate takes on at a time, and how many may wait for it, for how long. */
  isolate: Cost & { waiting: number; maxWaitMs: number };
};

export const DEFAULT_LIMITS: RequestLimits = {
  /** The most that a manifest may say. What is decoded whole has lower ceilings on its pixels, in the decoders. */
  image: { bytes: 32 * 1024 * 1024, pixels: 64 * 1024 * 1024 },
  maxImages: 32,
  maxExplainedImages: 4,
  /** An image of 8 MiB in base64, and some room. */
  maxRequestBytes: 12 * 1024 * 1024,
  /** Values take some fifty bytes each once they are parsed; an image of 224 x 224 colour pixels has 200,000. */
  json: { depth: 16, values: 1_000_000 },
  headers: { urlLength: 2048, count: 100, bytes: 16 * 1024 },
  quota: { requests: 600, seconds: 60 },
  maxBodyMs: 30_000,
  isolate: {
    /** Of bodies and what is made of them, a quarter of an isolate's memory: five raw images of 4 MB, or one large JSON. */
    bytes: 32 * 1024 * 1024,
    /** As `heldPixels` counts them: one of the largest WebPs, which takes half of the memory; photos that are JPEGs by the hundred. */
    pixels: 8 * 1024 * 1024,
    waiting: 32,
    maxWaitMs: 5000,
  },
};

const count = (fallback: number) => z.prefault(z.pipe(z.coerce.number(), z.int().check(z.positive())), fallback);

/** The Worker's variables, as `wrangler.toml` may set them. */
const variablesSchema = z.object({
  MAX_IMAGE_BYTES: count(DEFAULT_LIMITS.image.bytes),
  MAX_IMAGE_PIXELS: count(DEFAULT_LIMITS.image.pixels),
  MAX_IMAGES: count(DEFAULT_LIMITS.maxImages),
  MAX_EXPLAINED_IMAGES: count(DEFAULT_LIMITS.maxExplainedImages),
  MAX_REQUEST_BYTES: count(DEFAULT_LIMITS.maxRequestBytes),
  MAX_JSON_DEPTH: count(DEFAULT_LIMITS.json.depth),
  MAX_JSON_VALUES: count(DEFAULT_LIMITS.json.values),
  MAX_URL_LENGTH: count(DEFAULT_LIMITS.headers.urlLength),
  MAX_HEADERS: count(DEFAULT_LIMITS.headers.count),
  MAX_HEADER_BYTES: count(DEFAULT_LIMITS.headers.bytes),
  RATE_LIMIT_REQUESTS: count(DEFAULT_LIMITS.quota.requests),
  RATE_LIMIT_SECONDS: count(DEFAULT_LIMITS.quota.seconds),
  MAX_BODY_SECONDS: count(DEFAULT_LIMITS.maxBodyMs / 1000),
  ISOLATE_BYTES: count(DEFAULT_LIMITS.isolate.bytes),
  ISOLATE_PIXELS: count(DEFAULT_LIMITS.isolate.pixels),
  ISOLATE_WAITING: count(DEFAULT_LIMITS.isolate.waiting),
  MAX_WAIT_SECONDS: count(DEFAULT_LIMITS.isolate.maxWaitMs / 1000),
});

/** The detail of a failure names the variable. */
export function parseLimits(variables: Record<string, unknown>): Result<RequestLimits, Failure<"limits_invalid">> {
  const parsed = variablesSchema.safeParse(variables);
  if (!parsed.success) {
    return fail("limits_invalid", `${parsed.error.issues[0]?.path.join(".")} is not a whole number from 1`);
  }
  const set = parsed.data;
  return ok({
    image: { bytes: set.MAX_IMAGE_BYTES, pixels: set.MAX_IMAGE_PIXELS },
    maxImages: set.MAX_IMAGES,
    maxExplainedImages: set.MAX_EXPLAINED_IMAGES,
    maxRequestBytes: set.MAX_REQUEST_BYTES,
    json: { depth: set.MAX_JSON_DEPTH, values: set.MAX_JSON_VALUES },
    headers: { urlLength: set.MAX_URL_LENGTH, count: set.MAX_HEADERS, bytes: set.MAX_HEADER_BYTES },
    quota: { requests: set.RATE_LIMIT_REQUESTS, seconds: set.RATE_LIMIT_SECONDS },
    maxBodyMs: set.MAX_BODY_SECONDS * 1000,
    isolate: {
      bytes: set.ISOLATE_BYTES,
      pixels: set.ISOLATE_PIXELS,
      waiting: set.ISOLATE_WAITING,
      maxWaitMs: set.MAX_WAIT_SECONDS * 1000,
    },
  });
}
