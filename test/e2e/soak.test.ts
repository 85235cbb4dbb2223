import { expect, test } from "vitest";
import { findGrowth, soak } from "../../bench/soak/soak.ts";

test("2,000 requests, good and bad, leave the tensor count and every WASM heap where they were after warm-up", async () => {
  const { afterWarmUp, end } = await soak({ requests: 2000 });
  expect(Math.min(...Object.values(afterWarmUp.heapBytes))).toBeGreaterThan(0);
  expect(findGrowth(afterWarmUp, end)).toEqual([]);
});
