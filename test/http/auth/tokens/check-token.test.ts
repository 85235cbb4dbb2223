// A token is good if a configured issuer signed it for us with an allowed algorithm, and it is in its time.

import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../../../src/base/bytes.ts";
import { createFixedKeys, type GetKeys } from "../../../../src/http/auth/tokens/key-set.ts";
import { tokenIssuerSchema } from "../../../../src/http/auth/tokens/token-issuers.ts";
import { createTokenCheck } from "../../../../src/http/auth/tokens/check-token.ts";
import { AUDIENCE, createToken, createTokenKey, ISSUER, NOW } from "../credentials.ts";

const key = await createTokenKey("first");
const rsaKey = await createTokenKey("rsa", "RS256");
const stranger = await createTokenKey("first");
const SECONDS = NOW / 1000;

function checkBy(settings: Record<string, unknown> = {}, getKeys?: GetKeys) {
  const issuer = tokenIssuerSchema.parse({
    name: "sso",
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: { keys: [key.jwk, rsaKey.jwk] },
    models: ["*"],
    ...settings,
  });
  const keys = getKeys ?? createFixedKeys(issuer.jwks ?? { keys: [] });
  const check = createTokenCheck([{ ...issuer, getKeys: keys }], () => NOW);
  return async (token: string) => {
    const checked = await check(token, () => undefined);
    return checked.ok ? checked.value : checked.error.reason;
  };
}

const check = checkBy();

describe("a token", () => {
  test("gives the issuer's name, the scopes that we have, and a quota of its subject", async () => {
    const caller = await check(await createToken(key, { scope: "classify openid profile models:read" }));
    expect(caller).toEqual({
      name: "sso",
      scopes: ["classify", "models:read"],
      models: ["*"],
      quotaKey: expect.stringMatching(/^token:[0-9a-f]{64}$/),
    });
    expect(await check(await createToken(key, { sub: "caller-2" }))).not.toMatchObject({
      quotaKey: typeof caller === "string" ? caller : caller.quotaKey,
    });
  });

  test("may be signed with RSA as well, and may be for several audiences", async () => {
    expect(await check(await createToken(rsaKey, { aud: ["other", AUDIENCE] }))).toMatchObject({ name: "sso" });
  });

  test("may have its scopes in a list, under another name", async () => {
    const token = await createToken(key, { scope: "models:read", permissions: ["classify", 7] });
    expect(await checkBy({ scopesClaim: "permissions" })(token)).toMatchObject({ scopes: ["classify"] });
  });

  test("without scopes has none", async () => {
    expect(await check(await createToken(key, { scope: undefined }))).toMatchObject({ scopes: [] });
  });

  test("is for the models that both the configuration and its claim name", async () => {
    const token = await createToken(key, { models: ["mnist", "retina", "*"] });
    const models = async (settings: object) => {
      const caller = await checkBy({ ...settings })(token);
      return typeof caller === "string" ? caller : caller.models;
    };
    expect(await models({ models: ["mnist"], modelsClaim: "models" })).toEqual(["mnist"]);
    expect(await models({ models: ["*"], modelsClaim: "models" })).toEqual(["mnist", "retina", "*"]);
    expect(await models({ models: ["*"], modelsClaim: "absent" })).toEqual([]);
    expect(await models({ models: ["breast"] })).toEqual(["breast"]);
  });

  test("is good a minute before and after its time, and not two", async () => {
    const at = async (claims: object) => check(await createToken(key, { ...claims }));
    expect(await at({ exp: SECONDS - 59 })).toMatchObject({ name: "sso" });
    expect(await at({ exp: SECONDS - 61 })).toBe("token_expired");
    expect(await at({ nbf: SECONDS + 59 })).toMatchObject({ name: "sso" });
    expect(await at({ nbf: SECONDS + 61 })).toBe("token_invalid");
    expect(await checkBy({ clockSkewSeconds: 0 })(await createToken(key, { exp: SECONDS - 1 }))).toBe("token_expired");
  });
});

describe("refused is a token", () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test.for<[what: string, token: () => Promise<string>, reason: string]>([
    ["of another issuer", async () => createToken(key, { iss: "https://id.example" }), "issuer_unknown"],
    ["of no issuer", async () => createToken(key, { iss: undefined }), "issuer_unknown"],
    ["for another audience", async () => createToken(key, { aud: "other" }), "token_invalid"],
    ["for no audience", async () => createToken(key, { aud: undefined }), "token_invalid"],
    ["that never expires", async () => createToken(key, { exp: undefined }), "token_invalid"],
    ["whose expiry is text", async () => createToken(key, { exp: "tomorrow" }), "token_invalid"],
    ["signed by somebody else under the same key id", async () => createToken(stranger), "token_invalid"],
    ["of a key that nobody knows", async () => createToken(key, {}, { kid: "third" }), "token_invalid"],
    [
      "with an extension that must be understood",
      async () =>
        new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: SECONDS + 60 })
          .setProtectedHeader({ alg: "ES256", kid: "first", crit: ["x"], x: 1 })
          .sign(key.privateKey, { crit: { x: true } }),
      "token_invalid",
    ],
    ["that is not one", async () => "not.a.token", "issuer_unknown"],
    ["longer than tokens are", async () => createToken(key, { padding: "x".repeat(8192) }), "issuer_unknown"],
    [
      "without a signature",
      async () => `${part({ alg: "none" })}.${part({ iss: ISSUER, aud: AUDIENCE, exp: SECONDS + 60 })}.`,
      "token_invalid",
    ],
    [
      "with a claim changed after it was signed",
      async () => {
        const [header, , signature] = (await createToken(key)).split(".");
        return [header, part({ iss: ISSUER, aud: AUDIENCE, exp: SECONDS + 9e6 }), signature].join(".");
      },
      "token_invalid",
    ],
    [
      "signed with the public key as if it were a secret",
      async () =>
        new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: SECONDS + 60 })
          .setProtectedHeader({ alg: "HS256", kid: "first" })
          .sign(toUtf8(JSON.stringify(key.jwk).padEnd(32))),
      "token_invalid",
    ],
  ])("%s", async ([, token, reason]) => {
    expect(await check(await token())).toBe(reason);
  });

  test("of an algorithm that the configuration does not allow", async () => {
    expect(await checkBy({ algorithms: ["RS256"] })(await createToken(key))).toBe("token_invalid");
    expect(await checkBy({ algorithms: ["RS256"] })(await createToken(rsaKey))).toMatchObject({ name: "sso" });
  });
});

describe("keys that change", () => {
  test("are asked for once more for a key that is not known", async () => {
    const [old, next] = [
      createFixedKeys({ keys: [key.jwk as never] }),
      createFixedKeys({ keys: [rsaKey.jwk as never] }),
    ];
    const asked: boolean[] = [];
    const getKeys: GetKeys = async (keepAlive, refresh = false) => {
      asked.push(refresh);
      return (refresh ? next : old)(keepAlive);
    };
    expect(await checkBy({}, getKeys)(await createToken(rsaKey))).toMatchObject({ name: "sso" });
    expect(asked).toEqual([false, true]);
  });

  test("and cannot be had make no token good, and are not the caller's fault", async () => {
    expect(await checkBy({}, async () => undefined)(await createToken(key))).toBe("keys_unavailable");
  });
});
