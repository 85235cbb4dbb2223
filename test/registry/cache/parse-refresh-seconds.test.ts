import { expect, test } from "vitest";
import { parseRefreshSeconds } from "../../../src/registry/cache/parse-refresh-seconds.ts";

test("a document is read again after 15 seconds, or after 1 to 20 where the variable says so", () => {
  const parsed = [undefined, "", "1", "20"].map((text) => parseRefreshSeconds(text));
  expect(parsed).toEqual([15, 15, 1, 20].map((value) => ({ ok: true, value })));
});

test.each(["0", "21", "100", "1.5", "-1", " 1", "1s", "01", 5, null])("%j is not taken", (text) => {
  expect(parseRefreshSeconds(text)).toEqual({
    ok: false,
    error: { reason: "not_configured", detail: "REFRESH_SECONDS is not a whole number from 1 to 20" },
  });
});
