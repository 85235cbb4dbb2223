// The built Worker in workerd knows its callers, or serves nobody.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createToken, createTokenKey, ISSUER, KEY, recordOf } from "../http/auth/credentials.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";

const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));

const askWith =
  (worker: BuiltWorker) =>
  async (headers: Record<string, string> = {}, path = "mnist/classify") => {
    const response = await fetch(`${worker.url}/v1/models/${path}`, { method: "POST", body: seven, headers });
    const { code, decision } = await response.json();
    return [response.status, code ?? decision.label];
  };

describe("as it is deployed, without a key or an issuer", () => {
  test.for<[what: string, variables: Record<string, unknown>]>([
    ["nothing said", { AUTHENTICATION: "required" }],
    ["a list of keys that is broken", { AUTHENTICATION: "required", API_KEYS: "[{}]" }],
    ["an empty list", { AUTHENTICATION: "required", API_KEYS: "[]", TOKEN_ISSUERS: "" }],
    ["a word that is none of its modes", { AUTHENTICATION: "none" }],
    ["a limit that is none", { MAX_IMAGES: "many" }],
  ])("and with %s, it refuses to serve", async ([, variables]) => {
    const worker = await startBuiltWorker({}, variables);
    for (const path of ["/healthz", "/v1/models", "/v1/models/mnist"]) {
      const response = await fetch(worker.url + path);
      expect([path, response.status, (await response.json()).code]).toEqual([path, 503, "not_configured"]);
    }
    expect(await askWith(worker)({ "x-api-key": KEY })).toEqual([503, "not_configured"]);
    await worker.stop();
  });
});

test("with keys, it serves who has one, for the models it is for", async () => {
  const API_KEYS = JSON.stringify([await recordOf(KEY, { models: ["mnist"] })]);
  const worker = await startBuiltWorker({}, { AUTHENTICATION: "required", API_KEYS });
  const ask = askWith(worker);
  expect(await ask({ "x-api-key": KEY })).toEqual([200, "7"]);
  expect(await ask({ authorization: `Bearer ${KEY}` })).toEqual([200, "7"]);
  expect(await ask({ "x-api-key": KEY }, "pneumonia/classify")).toEqual([403, "model_not_allowed"]);
  expect(await ask({ "x-api-key": KEY.replace("k", "K") })).toEqual([401, "unauthenticated"]);
  expect(await ask()).toEqual([401, "unauthenticated"]);
  const large = await fetch(`${worker.url}/v1/models/mnist/classify`, {
    method: "POST",
    // More than the sockets hold: without somebody to read it, the client would never come to the answer.
    body: new Uint8Array(6_000_000),
  });
  expect([large.status, (await large.json()).code]).toEqual([401, "unauthenticated"]);
  expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
  await worker.stop();
});

test("with issuers, it serves who has a token of theirs, signed with keys it was given or fetches", async () => {
  const keys = await Promise.all(["ES256", "RS256", "EdDSA"].map((alg) => createTokenKey(alg, alg)));
  const away = await createTokenKey("away");
  const common = { audience: "edgescope", models: ["*"], algorithms: ["ES256", "RS256", "EdDSA"] };
  const TOKEN_ISSUERS = JSON.stringify([
    { ...common, name: "here", issuer: ISSUER, jwks: { keys: keys.map(({ jwk }) => jwk) } },
    { ...common, name: "away", issuer: "https://away.example/", jwksUrl: "https://away.example/keys" },
    { ...common, name: "down", issuer: "https://down.example/", jwksUrl: "https://down.example/keys" },
  ]);
  const fetched: string[] = [];
  const outboundService = async ({ url }: { url: string }) => {
    fetched.push(url);
    return url === "https://away.example/keys"
      ? Response.json({ keys: [away.jwk] })
      : new Response("", { status: 500 });
  };
  const worker = await startBuiltWorker(
    { outboundService: outboundService as never },
    { AUTHENTICATION: "required", TOKEN_ISSUERS },
  );
  const seconds = Math.floor(Date.now() / 1000);
  const askAs = async (key: (typeof keys)[0], claims: object = {}) =>
    askWith(worker)({
      authorization: `Bearer ${await createToken(key, { iat: seconds, exp: seconds + 300, ...claims })}`,
    });
  for (const key of keys) expect(await askAs(key)).toEqual([200, "7"]);
  expect(await askAs(keys[0], { scope: "openid" })).toEqual([403, "insufficient_scope"]);
  expect(await askAs(keys[0], { exp: seconds - 3600 })).toEqual([401, "unauthenticated"]);
  expect(await askAs(away)).toEqual([401, "unauthenticated"]);
  expect(await askAs(away, { iss: "https://away.example/" })).toEqual([200, "7"]);
  expect(await askAs(away, { iss: "https://away.example/" })).toEqual([200, "7"]);
  expect(await askAs(away, { iss: "https://down.example/" })).toEqual([503, "keys_unavailable"]);
  expect(fetched).toEqual(["https://away.example/keys", "https://down.example/keys"]);
  await worker.stop();
});

test("with the rate-limiting binding, a caller who has asked too often is told so, and metrics are written", async () => {
  const API_KEYS = JSON.stringify([await recordOf(KEY)]);
  const worker = await startBuiltWorker(
    {
      ratelimits: { RATE_LIMITER: { namespace_id: "1", simple: { limit: 3, period: 60 } } },
      analyticsEngineDatasets: { METRICS: { dataset: "edgescope" } },
    },
    { AUTHENTICATION: "required", API_KEYS, RATE_LIMIT_REQUESTS: "3" },
  );
  const ask = askWith(worker);
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await ask({ "x-api-key": KEY }));
  expect(answers).toEqual([
    [200, "7"],
    [200, "7"],
    [200, "7"],
    [429, "rate_limited"],
  ]);
  await worker.stop();
});
