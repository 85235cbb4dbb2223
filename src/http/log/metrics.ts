// The log line as a data point of Workers Analytics Engine, for questions over many requests. The places of its columns are
// documented in docs/operating.md, and do not change.

import type { LogLine } from "./log-line.ts";

/** The platform's `AnalyticsEngineDataset`, as far as it is used. */
export type Metrics = {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
};

export function toDataPoint(line: LogLine): Parameters<Metrics["writeDataPoint"]>[0] {
  const { outcomes = {} } = line;
  return {
    // What is sampled evenly when there is much: every caller on its own.
    indexes: [line.caller ?? ""],
    blobs: [
      line.caller ?? "",
      line.model ?? "",
      line.version ?? "",
      line.channel ?? "",
      line.dialect ?? "",
      line.route,
      line.code ?? "",
    ],
    doubles: [
      line.status,
      line.elapsedMs,
      line.waitMs ?? 0,
      line.bodyMs ?? 0,
      line.modelMs ?? 0,
      line.images ?? 0,
      line.bytes ?? 0,
      line.pixels ?? 0,
      outcomes.label ?? 0,
      outcomes.labels ?? 0,
      outcomes.positive ?? 0,
      outcomes.negative ?? 0,
      outcomes.abstain ?? 0,
    ],
  };
}
