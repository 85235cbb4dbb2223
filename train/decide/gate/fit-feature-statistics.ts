// Class means and shared covariance of the training images' features, for the Mahalanobis gate (Lee et al. 2018).

import { toBase64, toUtf8 } from "../../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { MAX_FEATURES, type FeatureStatistics } from "../../../src/bundle/feature-statistics.ts";
import { ledoitWolf } from "./ledoit-wolf.ts";
import { whiteningMatrix } from "./whitening-matrix.ts";

/** `labels` is one class index a row; a class without rows has no mean and is left out. */
export function fitFeatureStatistics(
  rows: readonly Float32Array[],
  labels: ArrayLike<number>,
): Result<FeatureStatistics, Failure<"features_unusable">> {
  const features = rows[0]?.length ?? 0;
  if (features === 0 || features > MAX_FEATURES)
    return fail("features_unusable", `the graph gives ${features} features; the gate compares 1 to ${MAX_FEATURES}`);
  const byClass = Map.groupBy(rows.keys(), (i) => labels[i]);
  const meanOf = new Map([...byClass].map(([label, members]) => [label, meanRow(members.map((i) => rows[i]))]));
  const centred = rows.map((row, i) => {
    const mean = meanOf.get(labels[i]);
    return Float64Array.from(row, (value, j) => value - (mean?.[j] ?? 0));
  });
  const whitening = whiteningMatrix(ledoitWolf(centred, features).covariance, features);
  if (!whitening) return fail("features_unusable", "the features of the training images do not vary");
  const means = [...meanOf].toSorted(([a], [b]) => a - b).flatMap(([, mean]) => whiten(mean, whitening));
  return ok({ features, whitening: Float32Array.from(whitening), means: Float32Array.from(means) });
}

/** The file that parseFeatureStatistics reads. */
export function toStatisticsFile({ features, whitening, means }: FeatureStatistics): Uint8Array<ArrayBuffer> {
  const file = { features, whitening: toFloatsBase64(whitening), means: toFloatsBase64(means) };
  return toUtf8(`${JSON.stringify(file)}\n`);
}

function meanRow(rows: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(rows[0].length);
  for (const row of rows) row.forEach((value, j) => (mean[j] += value / rows.length));
  return mean;
}

function whiten(row: Float64Array, whitening: Float64Array): number[] {
  let at = 0;
  return Array.from(row, (_, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += whitening[at++] * row[j];
    return sum;
  });
}

function toFloatsBase64(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return toBase64(new Uint8Array(view.buffer));
}
