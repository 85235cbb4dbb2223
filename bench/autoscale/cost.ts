// What a million classifications cost at list price.

import type { Outcome } from "./simulate.ts";

/** US dollars beyond what the plan includes (developers.cloudflare.com/workers/platform/pricing and /r2/pricing, 2026). */
const PER_MILLION_REQUESTS = 0.3;
const PER_MILLION_CPU_MS = 0.02;
const PER_MILLION_R2_READS = 0.36;

export type Usage = {
  answerCpuSeconds: number;
  /** Processor time that an isolate's first request takes more than the others. */
  coldCpuSeconds: number;
  /** Reads of object storage by an isolate's first request. */
  coldReads: number;
  /** Seconds between two looks at the channel document of a model that is asked for. */
  refreshSeconds: number;
};

/** Refused requests are billed like answered ones. */
export function dollarsPerMillion({ latencies, shed, started, isolateSeconds }: Outcome, usage: Usage): number {
  const requests = latencies.length + shed;
  const cpuMs = 1000 * (latencies.length * usage.answerCpuSeconds + started * usage.coldCpuSeconds);
  const reads = started * usage.coldReads + isolateSeconds / usage.refreshSeconds;
  const dollars = requests * PER_MILLION_REQUESTS + cpuMs * PER_MILLION_CPU_MS + reads * PER_MILLION_R2_READS;
  return dollars / latencies.length;
}
