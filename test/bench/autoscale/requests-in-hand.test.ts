import { expect, test } from "vitest";
import { requestsInHand } from "../../../bench/autoscale/requests-in-hand.ts";

const isolate = { bytes: 33_554_432, pixels: 12_500_000, waiting: 32 };

test.each([
  ["small images, by their pixels", { bytes: 300, pixels: 784 }, 15_943 + 32],
  ["photographs, by their bytes", { bytes: 4_000_000, pixels: 64_512 }, 5 + 32],
  ["one that fills the isolate", { bytes: 40_000_000, pixels: 20_000_000 }, 1 + 32],
])("the product takes on %s", (_, image, requests) => {
  expect(requestsInHand(image, isolate)).toBe(requests);
});
