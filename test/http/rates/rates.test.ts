// Every caller has a quota of their own, and is told what is left of it.

import { describe, expect, test } from "vitest";
import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import { createRequestCount, type RateLimiter } from "../../../src/http/rates/count-requests.ts";
import { KEY, NOW, OTHER_KEY, recordOf } from "../auth/credentials.ts";
import { serveDigits } from "../served-digits.ts";

/** As the platform's: so many a key. */
function limiterOf(limit: number): RateLimiter & { keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    async limit({ key }) {
      keys.push(key);
      return { success: keys.filter((other) => other === key).length <= limit };
    },
  };
}

const spareKey = `esk_${"s".repeat(43)}`;
const authentication = readAuthentication(
  { API_KEYS: [await recordOf(KEY), await recordOf(spareKey), await recordOf(OTHER_KEY, { name: "lab" })] },
  { fetch: () => Promise.reject(new Error("no network")), now: () => NOW },
);

describe("over HTTP", () => {
  test("a caller is told the quota, gets 429 beyond it, and takes nothing from another's", async () => {
    const served = await serveDigits({ authentication, rateLimiter: limiterOf(2) });
    const ask = async (key: string) => {
      const { status, headers } = await served.request("/v1/models", { headers: { "x-api-key": key } });
      return [status, headers.get("ratelimit"), headers.get("ratelimit-policy"), headers.get("retry-after")];
    };
    const policy = '"requests";q=600;w=60';
    expect(await ask(KEY)).toEqual([200, '"requests";r=599;t=60', policy, null]);
    served.clock.ms += 20_500;
    // Another key of the same name is the same caller.
    expect(await ask(spareKey)).toEqual([200, '"requests";r=598;t=40', policy, null]);
    expect(await ask(KEY)).toEqual([429, '"requests";r=0;t=40', policy, "40"]);
    expect(await ask(OTHER_KEY)).toEqual([200, '"requests";r=599;t=60', policy, null]);
  });

  test("who is nobody's caller counts by address, with good credentials or without", async () => {
    const limiter = limiterOf(1);
    const served = await serveDigits({ authentication, rateLimiter: limiter });
    const ask = async (path: string, headers = {}) =>
      (await served.request(path, { headers: { "cf-connecting-ip": "192.0.2.7", ...headers } })).status;
    expect(await ask("/v1/models")).toBe(401);
    expect(await ask("/v1/models")).toBe(429);
    expect(await ask("/healthz")).toBe(429);
    expect(await ask("/healthz", { "cf-connecting-ip": "192.0.2.8" })).toBe(200);
    expect(await ask("/v1/models", { "x-api-key": KEY })).toBe(200);
    expect(new Set(limiter.keys)).toEqual(new Set(["address:192.0.2.7", "address:192.0.2.8", "key:clinic"]));
    expect(JSON.stringify(served.log)).not.toContain("192.0.2");
  });

  test("an open service has no limits", async () => {
    const limiter = limiterOf(0);
    const served = await serveDigits({ rateLimiter: limiter });
    const { status, headers } = await served.request("/v1/models");
    expect([status, headers.get("ratelimit"), limiter.keys]).toEqual([200, null, []]);
  });
});

describe("what is left", () => {
  test("is counted anew when the time is over, and never below nothing", async () => {
    let at = NOW;
    const count = createRequestCount(limiterOf(Infinity), { requests: 2, seconds: 10 }, () => at);
    const left = async () => (await count("a")).remaining;
    expect([await left(), await left(), await left()]).toEqual([1, 0, 0]);
    at += 10_000;
    expect(await left()).toBe(1);
  });

  test("of 10,000 callers and no more is kept", async () => {
    const count = createRequestCount(
      { limit: async () => ({ success: true }) },
      { requests: 9, seconds: 60 },
      () => NOW,
    );
    for (let i = 0; i <= 10_000; i++) await count(`caller ${i}`);
    expect((await count("caller 1")).remaining).toBe(7);
    expect((await count("caller 0")).remaining).toBe(8);
  });
});
