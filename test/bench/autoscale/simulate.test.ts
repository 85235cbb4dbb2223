// The model of a location, on arrivals that can be followed by hand. Times in seconds.

import { expect, test } from "vitest";
import { dollarsPerMillion } from "../../../bench/autoscale/cost.ts";
import { simulate, type Outcome } from "../../../bench/autoscale/simulate.ts";
import { arrivals, burst, daily, steady } from "../../../bench/autoscale/traces.ts";

const service = { answerSeconds: 1, coldStartSeconds: 4 };
const placement = { maxIsolates: 1, startWhenWaitSeconds: 0, queueLimit: 2, idleSeconds: 60 };

test("the first request waits for its isolate, and the next for the first", () => {
  expect(simulate([0, 0], service, placement)).toEqual({
    latencies: [5, 6],
    shed: 0,
    started: 1,
    peakIsolates: 1,
    isolateSeconds: 6,
  });
});

test("a warm isolate answers in the time of an answer", () => {
  expect(simulate([0, 10], service, placement).latencies).toEqual([5, 1]);
});

test("more than may wait are refused, and later ones are served again", () => {
  const { latencies, shed } = simulate([0, 10, 10, 10, 20], service, placement);
  expect(latencies).toEqual([5, 1, 2, 1]);
  expect(shed).toBe(1);
});

test("another isolate is started when all are behind, and a request goes where it is answered first", () => {
  const { latencies, started, peakIsolates } = simulate([0, 10, 10.5, 15], service, { ...placement, maxIsolates: 2 });
  expect(latencies).toEqual([5, 1, 1.5, 1]);
  expect([started, peakIsolates]).toEqual([2, 2]);
});

test("an isolate nobody asks for is dropped, and the next request starts another", () => {
  const { latencies, started, isolateSeconds } = simulate([0, 100], service, placement);
  expect(latencies).toEqual([5, 5]);
  expect(started).toBe(2);
  expect(isolateSeconds).toBe(5 + 60 + 5);
});

test.each([
  [steady(50), 3000],
  [daily(20), 12_000],
  [burst(10), 5500],
])("a trace has the arrivals of its rate", (trace, expected) => {
  const times = [...arrivals(trace, 1)];
  expect(Math.abs(times.length - expected)).toBeLessThan(5 * Math.sqrt(expected)); // five standard deviations
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect([...arrivals(trace, 1)]).toEqual(times);
});

test("a million answers cost their requests, their processor time and the reads of storage", () => {
  const outcome: Outcome = { latencies: [1, 1], shed: 2, started: 1, peakIsolates: 1, isolateSeconds: 40 };
  const usage = { answerCpuSeconds: 0.002, coldCpuSeconds: 0.1, coldReads: 6, refreshSeconds: 20 };
  // (4 x $0.30 + 104 ms x $0.02 + 8 reads x $0.36) / 2
  expect(dollarsPerMillion(outcome, usage)).toBeCloseTo((1.2 + 2.08 + 2.88) / 2, 9);
});
