import { expect, test } from "vitest";
import { DEFAULT_LIMITS, parseLimits } from "../../../src/http/request/limits.ts";

test("limits that nobody sets are the default ones", () => {
  expect(parseLimits({ TRUSTED_KEYS: "" })).toEqual({ ok: true, value: DEFAULT_LIMITS });
});

test("each can be set, as a number or as text, the way a Worker's variables come", () => {
  const set = {
    MAX_IMAGE_BYTES: "17",
    MAX_IMAGE_PIXELS: "18",
    MAX_IMAGES: "8",
    MAX_EXPLAINED_IMAGES: "2",
    MAX_REQUEST_BYTES: 1000,
    MAX_JSON_DEPTH: 4,
    MAX_JSON_VALUES: "5",
    MAX_URL_LENGTH: "12",
    MAX_HEADERS: "13",
    MAX_HEADER_BYTES: "14",
    RATE_LIMIT_REQUESTS: "15",
    RATE_LIMIT_SECONDS: "16",
    MAX_BODY_SECONDS: "6",
    ISOLATE_BYTES: "7",
    ISOLATE_PIXELS: "9",
    ISOLATE_WAITING: "10",
    MAX_WAIT_SECONDS: "11",
  };
  expect(parseLimits(set)).toEqual({
    ok: true,
    value: {
      image: { bytes: 17, pixels: 18 },
      maxImages: 8,
      maxExplainedImages: 2,
      maxRequestBytes: 1000,
      json: { depth: 4, values: 5 },
      headers: { urlLength: 12, count: 13, bytes: 14 },
      quota: { requests: 15, seconds: 16 },
      maxBodyMs: 6000,
      isolate: { bytes: 7, pixels: 9, waiting: 10, maxWaitMs: 11_000 },
    },
  });
});

test.for(["", "many", "0", -1, 1.5, null, "Infinity"])(
  "%j is no limit, and the failure names the variable",
  (value) => {
    expect(parseLimits({ MAX_IMAGES: value })).toEqual({
      ok: false,
      error: { reason: "limits_invalid", detail: "MAX_IMAGES is not a whole number from 1" },
    });
  },
);
