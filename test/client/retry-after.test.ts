import { expect, test } from "vitest";
import { parseRetryAfter } from "../../src/client/call/retry-after.ts";

const NOW = Date.parse("2026-11-22T10:00:00Z");

test.for<[value: string | null, ms: number | undefined]>([
  ["0", 0],
  ["5", 5000],
  [" 120 ", 120_000],
  ["Sun, 22 Nov 2026 10:00:30 GMT", 30_000],
  ["Sunday, 22-Nov-26 10:00:30 GMT", 30_000],
  ["Sun, 22 Nov 2026 09:59:00 GMT", 0],
  [null, undefined],
  ["", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["2026-11-22T10:00:30Z", undefined],
  ["soon GMT", undefined],
  ["Sun, 99 Nov 2026 10:00:30 GMT", undefined],
])("Retry-After %j at 10:00:00 is %j milliseconds", ([value, ms]) => {
  expect(parseRetryAfter(value, NOW)).toBe(ms);
});
