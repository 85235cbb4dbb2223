// What a shadow said as a data point of Workers Analytics Engine. The places of its columns are documented in
// docs/operating.md, and do not change.

import type { Metrics } from "../log/metrics.ts";
import type { ShadowRecord } from "./run-shadow.ts";

/** A shadow that failed has neither agreed nor differed. */
export function toShadowPoint(record: ShadowRecord): Parameters<Metrics["writeDataPoint"]>[0] {
  const { model, version, shadowVersion = "" } = record;
  const failed = "failed" in record;
  return {
    indexes: [model],
    blobs: [model, version, shadowVersion, failed ? record.failed : ""],
    doubles: failed ? [0, 0] : [Number(record.agreed), record.probabilityDifference],
  };
}
