// What stands in the headers of every answer, and which pages may read it.

import { describe, expect, test } from "vitest";
import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import { readOrigins } from "../../../src/http/response/cors.ts";
import { KEY, NOW, recordOf } from "../auth/credentials.ts";
import { serveDigits } from "../served-digits.ts";

const authentication = readAuthentication(
  { API_KEYS: [await recordOf(KEY)] },
  { fetch: () => Promise.reject(new Error("no network")), now: () => NOW },
);
const served = await serveDigits({ authentication, origins: new Set(["https://app.example"]) });

describe("every answer, whatever it is", () => {
  test.for<[path: string, status: number]>([
    ["/healthz", 200],
    ["/v1/models", 200],
    ["/v1/models/absent", 404],
    ["/v2/models/absent", 404],
    ["/nowhere", 404],
    ["/v1/models/mnist/classify", 405],
    [`/v1/models?${"x".repeat(2048)}`, 414],
  ])("%s with %i is not kept, sniffed, framed or run", async ([path, status]) => {
    const response = await served.request(path, { headers: { "x-api-key": KEY } });
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=31536000",
      traceparent: `00-${"ab".repeat(16)}-${"ab".repeat(8)}-00`,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "x-request-id": expect.stringMatching(/^request-\d+$/),
    });
  });

  test("goes on with its caller's trace", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01`, "x-api-key": KEY };
    const response = await served.request("/v1/models", { headers });
    expect(response.headers.get("traceparent")).toBe(`00-${trace}-${"ab".repeat(8)}-01`);
    expect(served.log.at(-1)?.traceId).toBe(trace);
  });
});

describe("headers of a request", () => {
  const ask = async (headers: [string, string][]) => (await served.request("/healthz", { headers })).status;

  test("may be many and long, but not too many and not too long", async () => {
    const many = (count: number): [string, string][] => Array.from({ length: count }, (_, i) => [`a${i}`, "b"]);
    expect([await ask(many(100)), await ask(many(101))]).toEqual([200, 431]);
    expect([await ask([["a", "b".repeat(16_383)]]), await ask([["a", "b".repeat(16_384)]])]).toEqual([200, 431]);
  });
});

describe("a page", () => {
  const from = (origin: string) => served.request("/v1/models", { headers: { origin, "x-api-key": KEY } });
  const preflight = (origin: string) =>
    served.request("/v1/models/mnist/classify", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key" },
    });

  test("of a named origin may ask, and read what it needs", async () => {
    const before = await preflight("https://app.example");
    expect(before.status).toBe(204);
    expect(Object.fromEntries(before.headers)).toMatchObject({
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": expect.stringContaining("authorization, x-api-key, content-type"),
      "access-control-max-age": "600",
      vary: "origin",
    });
    const { headers } = await from("https://app.example");
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(headers.get("access-control-expose-headers")).toContain("x-request-id, traceparent, retry-after");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("vary")).toBe("origin");
  });

  test("of a named origin may read why it is refused", async () => {
    const response = await served.request("/v1/models", { headers: { origin: "https://app.example" } });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
      401,
      "https://app.example",
    ]);
  });

  test.for(["https://other.example", "https://app.example.other.example", "http://app.example", "null"])(
    "of %s may not",
    async (origin) => {
      for (const { headers } of [await preflight(origin), await from(origin)]) {
        expect(headers.get("access-control-allow-origin")).toBeNull();
        expect(headers.get("access-control-allow-methods")).toBeNull();
        expect(headers.get("vary")).toBe("origin");
      }
    },
  );

  test("asks OPTIONS without a preflight's header like anybody else", async () => {
    expect((await served.request("/v1/models", { method: "OPTIONS" })).status).toBe(401);
  });
});

describe("the list of origins", () => {
  test("may be empty, and is of origins alone", () => {
    expect(readOrigins()).toEqual({ ok: true, value: new Set() });
    expect(readOrigins("")).toEqual({ ok: true, value: new Set() });
    expect(readOrigins("https://a.example, http://localhost:5173")).toEqual({
      ok: true,
      value: new Set(["https://a.example", "http://localhost:5173"]),
    });
  });

  test.for([
    "*",
    "https://a.example/",
    "https://a.example/path",
    "http://a.example",
    "a.example",
    "https://A.example",
    "null",
  ])("%s is none of them", (text) => {
    expect(readOrigins(`https://b.example,${text}`)).toMatchObject({ error: { reason: "not_configured" } });
  });
});
