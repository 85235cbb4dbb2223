// A key is good if a record has its digest and the record has not expired.

import { describe, expect, test } from "vitest";
import { createApiKeyCheck } from "../../../src/http/auth/api-keys.ts";
import { KEY, NOW, OTHER_KEY, recordOf } from "./credentials.ts";

const now = () => NOW;

describe("a key", () => {
  test("gives the name, scopes and models of its record", async () => {
    const check = createApiKeyCheck([await recordOf(KEY, { scopes: ["classify"], models: ["mnist"] })], now);
    expect(await check(KEY)).toEqual({
      ok: true,
      value: { name: "clinic", scopes: ["classify"], models: ["mnist"], quotaKey: "key:clinic" },
    });
  });

  test("is found among others, the first and the last", async () => {
    const records = await Promise.all(
      ["a", "b", "c"].map((letter) => recordOf(`esk_${letter.repeat(43)}`, { name: letter })),
    );
    const check = createApiKeyCheck(records, now);
    for (const letter of ["a", "b", "c"]) {
      expect(await check(`esk_${letter.repeat(43)}`)).toMatchObject({ ok: true, value: { name: letter } });
    }
  });

  test("and the next one of the same name are good at the same time, and are the same caller", async () => {
    const check = createApiKeyCheck([await recordOf(KEY), await recordOf(OTHER_KEY)], now);
    expect(await check(KEY)).toEqual(await check(OTHER_KEY));
  });

  test("is good until the moment it expires", async () => {
    const expires = "2026-11-22T10:00:00.001Z";
    const check = async (at: number) => createApiKeyCheck([await recordOf(KEY, { expires })], () => at)(KEY);
    expect(await check(NOW)).toMatchObject({ ok: true });
    expect(await check(NOW + 1)).toMatchObject({ error: { reason: "key_expired" } });
  });

  test.for<[what: string, key: string]>([
    ["that no record has", OTHER_KEY],
    ["with a character less", KEY.slice(0, -1)],
    ["with a character more", `${KEY}k`],
    ["in other case", KEY.toUpperCase()],
    ["that is a record's digest", "a".repeat(64)],
    ["that is empty", ""],
  ])("%s is not good", async ([, key]) => {
    const check = createApiKeyCheck([await recordOf(KEY)], now);
    expect(await check(key)).toMatchObject({ error: { reason: "key_unknown" } });
  });

  test("is never good where there are no records", async () => {
    expect(await createApiKeyCheck([], now)(KEY)).toMatchObject({ error: { reason: "key_unknown" } });
  });
});
