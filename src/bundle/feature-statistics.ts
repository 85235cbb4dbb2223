// Where the training data lies in feature space: what the Mahalanobis gate (Lee et al. 2018) compares an image with.
// The features are whitened, so that the shared covariance of the classes is the identity and distances are Euclidean.

import * as z from "zod/mini";
import { fromBase64, fromJsonBytes } from "../base/bytes.ts";
import { parseShape } from "../base/parse-shape.ts";
import { fail, ok, type Failure, type Result } from "../base/result.ts";

/** Keeps the file below 1 MB and its part of a prediction below 150,000 multiplications. */
export const MAX_FEATURES = 512;

const MAX_CLASSES = 1000;

export type FeatureStatistics = {
  /** How many features a row has. */
  features: number;
  /** The lower triangle of the whitening matrix by rows: features x (features + 1) / 2. */
  whitening: Float32Array;
  /** The whitened mean of each class: classes x features. */
  means: Float32Array;
};

/** Float32, little-endian, in base64. */
const statisticsSchema = z.strictObject({
  features: z.int().check(z.minimum(1), z.maximum(MAX_FEATURES)),
  whitening: z.string().check(z.maxLength(700_500)),
  means: z.string().check(z.minLength(1), z.maxLength(2_731_000)),
});

/** Reads the file that the manifest's mahalanobis gate names. */
export function parseFeatureStatistics(bytes: Uint8Array): Result<FeatureStatistics, Failure<"statistics_invalid">> {
  const parsed = parseShape(statisticsSchema, fromJsonBytes(bytes));
  if (!parsed.ok) return fail("statistics_invalid", "the feature statistics are malformed");
  const { features } = parsed.value;
  const whitening = toFloats(parsed.value.whitening);
  const means = toFloats(parsed.value.means);
  const classes = means.length / features;
  if (whitening.length !== (features * (features + 1)) / 2 || !Number.isInteger(classes) || classes > MAX_CLASSES)
    return fail("statistics_invalid", "the feature statistics have other sizes than they say");
  if (means.length === 0 || !whitening.every(Number.isFinite) || !means.every(Number.isFinite))
    return fail("statistics_invalid", "the feature statistics are not finite numbers");
  return ok({ features, whitening, means });
}

function toFloats(base64: string): Float32Array {
  const bytes = fromBase64(base64) ?? new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}
