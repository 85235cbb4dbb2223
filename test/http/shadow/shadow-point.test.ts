import { expect, test } from "vitest";
import { toShadowPoint } from "../../../src/http/shadow/shadow-point.ts";

test("what a shadow said has its columns", () => {
  const versions = { model: "mnist", version: "1.0.0", shadowVersion: "1.3.0" };
  expect(toShadowPoint({ ...versions, agreed: true, probabilityDifference: 0.25 })).toEqual({
    indexes: ["mnist"],
    blobs: ["mnist", "1.0.0", "1.3.0", ""],
    doubles: [1, 0.25],
  });
  expect(toShadowPoint({ ...versions, agreed: false, probabilityDifference: 1 }).doubles).toEqual([0, 1]);
});

test("a shadow that failed has its reason, and its version where it was known", () => {
  expect(toShadowPoint({ model: "mnist", version: "1.0.0", failed: "bundle_unverifiable" })).toEqual({
    indexes: ["mnist"],
    blobs: ["mnist", "1.0.0", "", "bundle_unverifiable"],
    doubles: [0, 0],
  });
});
