// What to expect at rates this machine cannot make: arrival traces against a model of isolates whose service time, cold
// start and memory are measured here first.

import { DEFAULT_LIMITS } from "../../src/http/request/limits.ts";
import { USUAL_REFRESH_SECONDS } from "../../src/registry/cache/parse-refresh-seconds.ts";
import { dollarsPerMillion } from "./cost.ts";
import { measureService, type MeasuredService } from "./measure-service.ts";
import { requestsInHand } from "./requests-in-hand.ts";
import { simulate, type Placement } from "./simulate.ts";
import { arrivals, burst, daily, steady, type Trace } from "./traces.ts";
import { quantile } from "../measure/quantile.ts";
import type { Row, Table } from "../measure/table.ts";

const SEED = 1;
/** Requests a second in the whole network, and over how many locations they are spread. */
const LOADS = [
  { rate: 10, locations: 1 },
  { rate: 1000, locations: 10 },
  { rate: 100_000, locations: 100 },
];
const PLACEMENT: Omit<Placement, "queueLimit"> = { maxIsolates: 256, startWhenWaitSeconds: 0.05, idleSeconds: 60 };
/** The channel document, the manifest, its signature and the files that are listed in it. */
const COLD_READS = 9;

export async function autoscale(): Promise<Table[]> {
  const measured = await measureService();
  const placement = { ...PLACEMENT, queueLimit: requestsInHand(measured.image, DEFAULT_LIMITS.isolate) };
  return [describe(measured), ...LOADS.map((load) => replay(load, measured, placement))];
}

function describe({ answerCpuSeconds, coldStartSeconds, coldCpuSeconds, isolateBytes }: MeasuredService): Table {
  return {
    title: "Autoscale: one isolate, measured over a Worker that says hello",
    rows: [
      {
        model: "mnist-cnn",
        answerCpuMs: 1000 * answerCpuSeconds,
        coldStartMs: 1000 * coldStartSeconds,
        coldCpuMs: 1000 * coldCpuSeconds,
        isolateMib: isolateBytes / 2 ** 20,
      },
    ],
    notes: ["processor time of workerd; cold start is the script and the first answer"],
  };
}

function replay({ rate, locations }: (typeof LOADS)[number], measured: MeasuredService, placement: Placement): Table {
  const { answerCpuSeconds, coldStartSeconds, coldCpuSeconds } = measured;
  const local = rate / locations;
  return {
    title: `Autoscale: ${rate} requests a second over ${locations} location${locations === 1 ? "" : "s"}`,
    rows: [steady(local), daily(local), burst(local)].map((trace: Trace): Row => {
      const service = { answerSeconds: answerCpuSeconds, coldStartSeconds };
      const outcome = simulate(arrivals(trace, SEED), service, placement);
      const usage = { answerCpuSeconds, coldCpuSeconds, coldReads: COLD_READS, refreshSeconds: USUAL_REFRESH_SECONDS };
      const requests = outcome.latencies.length + outcome.shed;
      return {
        trace: trace.name,
        requests,
        p50Ms: 1000 * quantile(outcome.latencies, 0.5),
        p99Ms: 1000 * quantile(outcome.latencies, 0.99),
        shedPercent: (100 * outcome.shed) / requests,
        isolatesALocation: outcome.peakIsolates,
        coldStarts: outcome.started,
        dollarsAMillion: dollarsPerMillion(outcome, usage),
      };
    }),
    notes: [
      `of one location; at most ${placement.maxIsolates} isolates, another one when each has work queued for ${1000 * placement.startWhenWaitSeconds} ms, ` +
        `at most ${placement.queueLimit} requests in hand in each, dropped after ${placement.idleSeconds} idle seconds; times are of the service alone, without the network`,
    ],
  };
}
