// Credentials over HTTP: what each answer says, and above all what it does not.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAuthentication } from "../../src/http/auth/read-authentication.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { createToken, createTokenKey, ISSUER, KEY, NOW, OTHER_KEY, recordOf } from "./auth/credentials.ts";
import { serveDigits } from "./served-digits.ts";

const CLASSIFY = "/v1/models/mnist/classify";
const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));

const [expiredKey, classifyKey, retinaKey] = ["x", "c", "r"].map((letter) => `esk_${letter.repeat(43)}`);
const tokenKey = await createTokenKey("first");
const unreachable = { name: "away", issuer: "https://away.example/", audience: "a", jwksUrl: "https://away.example/" };
const served = await serveDigits({
  authentication: readAuthentication(
    {
      API_KEYS: [
        await recordOf(KEY),
        await recordOf(expiredKey, { name: "old", expires: "2026-11-22T09:59:59Z" }),
        await recordOf(classifyKey, { name: "camera", scopes: ["classify"] }),
        await recordOf(retinaKey, { name: "eyes", models: ["retina"] }),
      ],
      TOKEN_ISSUERS: [
        { name: "sso", issuer: ISSUER, audience: "edgescope", models: ["*"], jwks: { keys: [tokenKey.jwk] } },
        { ...unreachable, models: ["*"] },
      ],
    },
    { fetch: () => Promise.reject(new Error("unreachable")), now: () => NOW },
  ),
});

const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) => {
  const response = await served.request(path, { ...init, headers });
  return { response, body: await response.json(), line: served.log.at(-1) };
};
const classify = (headers: Record<string, string>, path = CLASSIFY) =>
  ask(path, headers, { method: "POST", body: seven });

describe("credentials are taken", () => {
  test("as a key in X-API-Key, and as a key or a token in Authorization", async () => {
    const token = await createToken(tokenKey);
    for (const headers of [
      { "x-api-key": KEY },
      { authorization: `Bearer ${KEY}` },
      { authorization: `bearer ${token}` },
    ]) {
      expect((await classify(headers)).body).toMatchObject({ decision: { label: "7" } });
    }
  });

  test("and not needed by probes, which learn no model's name", async () => {
    const { response, body } = await ask("/healthz");
    expect(response.status).toBe(200);
    expect(JSON.stringify(body)).not.toContain("mnist");
  });
});

describe("one 401 for all that is wrong with credentials", () => {
  test.for<[what: string, headers: () => Promise<Record<string, string>>, reason: string]>([
    ["none", async () => ({}), "credentials_missing"],
    ["a key that nobody has", async () => ({ "x-api-key": OTHER_KEY }), "key_unknown"],
    ["a key that has expired", async () => ({ "x-api-key": expiredKey }), "key_expired"],
    ["a token in X-API-Key", async () => ({ "x-api-key": await createToken(tokenKey) }), "key_unknown"],
    [
      "a token that has expired",
      async () => ({ authorization: `Bearer ${await createToken(tokenKey, { exp: 1 })}` }),
      "token_expired",
    ],
    ["a token of nobody's", async () => ({ authorization: "Bearer abc" }), "issuer_unknown"],
    ["another scheme", async () => ({ authorization: "Basic dXNlcjpwYXNz" }), "credentials_malformed"],
    ["two at once", async () => ({ authorization: `Bearer ${KEY}`, "x-api-key": KEY }), "credentials_malformed"],
  ])("%s", async ([, headers, reason]) => {
    const answers = [];
    for (const path of [CLASSIFY, "/v1/models/absent/classify", "/v1/models", "/nowhere"]) {
      const { response, body, line } = await classify(await headers(), path);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="edgescope"');
      expect(line).toMatchObject({ code: "unauthenticated", reason });
      answers.push({ ...body, requestId: "" });
    }
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: "unauthenticated", detail: "an API key or a token is needed" });
      expect(answer).toEqual(answers[0]);
    }
  });

  test("but a token whose issuer cannot be reached is no fault of the caller's", async () => {
    const token = await createToken(tokenKey, { iss: unreachable.issuer });
    const { response, body } = await classify({ authorization: `Bearer ${token}` });
    expect([response.status, body.code, response.headers.get("retry-after")]).toEqual([503, "keys_unavailable", "5"]);
  });
});

describe("what a caller may not do", () => {
  test("is told by the scope that it needs, whichever model is asked for", async () => {
    for (const path of ["/v1/models", "/v1/models/mnist", "/v1/models/absent"]) {
      const { response, body } = await ask(path, { "x-api-key": classifyKey });
      expect([response.status, body.code]).toEqual([403, "insufficient_scope"]);
      expect(body.detail).toBe("this needs the scope models:read");
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="edgescope", error="insufficient_scope"');
    }
    expect((await classify({ "x-api-key": classifyKey })).response.status).toBe(200);
  });

  test("does not depend on whether a model that is not allowed exists", async () => {
    const answers = [];
    for (const model of ["mnist", "absent", "not a name"]) {
      for (const [path, init] of [
        [`/v1/models/${model}/classify`, { method: "POST", body: seven }],
        [`/v1/models/${model}`, {}],
      ] as const) {
        const { response, body } = await ask(path, { "x-api-key": retinaKey }, init);
        expect([response.status, body.code]).toEqual([403, "model_not_allowed"]);
        answers.push({ ...body, requestId: "", error: "" });
      }
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test("leaves a model that is allowed and does not exist to be not found", async () => {
    const { response, body } = await classify({ "x-api-key": retinaKey }, "/v1/models/retina/classify");
    expect([response.status, body.code]).toEqual([404, "model_not_found"]);
  });

  test("is not listed", async () => {
    expect((await ask("/v1/models", { "x-api-key": KEY })).body.models).toEqual(["mnist"]);
    expect((await ask("/v1/models", { "x-api-key": retinaKey })).body.models).toEqual([]);
  });
});

describe("a service that is not configured", () => {
  const notConfigured = readAuthentication({}, { fetch: () => Promise.reject(new Error()), now: () => NOW });

  test("serves no path, health included, with whatever credentials", async () => {
    const own = await serveDigits({ authentication: notConfigured });
    for (const path of ["/healthz", "/v1/models", CLASSIFY, "/nowhere"]) {
      const response = await own.request(path, { headers: { "x-api-key": KEY } });
      expect([response.status, (await response.json()).code]).toEqual([503, "not_configured"]);
    }
  });

  test("and one that is open serves no other host's name than this machine's", async () => {
    const own = await serveDigits();
    for (const [origin, status] of [
      ["http://localhost:8787", 200],
      ["http://127.0.0.1", 200],
      ["http://[::1]:80", 200],
      ["https://edgescope.example.workers.dev", 503],
      ["http://localhost.example", 503],
      ["http://127.0.0.1.example", 503],
      ["http://10.0.0.1", 503],
    ] as const) {
      expect([origin, (await own.request(`${origin}/v1/models`)).status]).toEqual([origin, status]);
    }
  });
});
