// Whatever is wrong with the configuration, there is no authentication to be had, and the reason names the variable.

import { describe, expect, test } from "vitest";
import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import { createTokenKey, KEY, NOW, OTHER_KEY, recordOf } from "./credentials.ts";

const record = await recordOf(KEY);
const { jwk } = await createTokenKey("first");
const issuer = { name: "sso", issuer: "https://id.example/", audience: "edgescope", models: ["*"] };

const read = (variables: Record<string, unknown>) =>
  readAuthentication(variables, { fetch: () => Promise.reject(new Error("no network")), now: () => NOW });
const detailOf = (variables: Record<string, unknown>) => {
  const authentication = read(variables);
  return authentication.ok ? "configured" : authentication.error.detail;
};
const nameOf = async (variables: Record<string, unknown>, key: string) => {
  const authentication = read(variables);
  if (!authentication.ok) return authentication.error.detail;
  const request = new Request("https://edge.example/", { headers: { "x-api-key": key } });
  const caller = await authentication.value(request, () => undefined);
  return caller.ok ? caller.value.name : caller.error.reason;
};

describe("configured is", () => {
  test("a list of keys, as text or as wrangler.toml has it", async () => {
    expect(await nameOf({ API_KEYS: JSON.stringify([record]) }, KEY)).toBe("clinic");
    expect(await nameOf({ API_KEYS: [record] }, KEY)).toBe("clinic");
  });

  test("any number of lists of keys", async () => {
    const lab = await recordOf(OTHER_KEY, { name: "lab" });
    const variables = { API_KEYS: JSON.stringify([record]), API_KEYS_LAB_2: JSON.stringify([lab]) };
    expect(await nameOf(variables, KEY)).toBe("clinic");
    expect(await nameOf(variables, OTHER_KEY)).toBe("lab");
  });

  test("a list of issuers alone", () => {
    expect(detailOf({ TOKEN_ISSUERS: JSON.stringify([{ ...issuer, jwks: { keys: [jwk] } }]) })).toBe("configured");
    expect(detailOf({ TOKEN_ISSUERS: [{ ...issuer, jwksUrl: "https://id.example/keys" }] })).toBe("configured");
  });

  test("being open, if it is said and nothing else is", () => {
    expect(detailOf({ AUTHENTICATION: "open" })).toBe("configured");
    expect(detailOf({ AUTHENTICATION: "open", API_KEYS: "", TOKEN_ISSUERS: "[]" })).toBe("configured");
  });
});

describe("not configured is", () => {
  test.for<[what: string, variables: Record<string, unknown>, detail: string]>([
    ["nothing", {}, "neither API_KEYS nor TOKEN_ISSUERS has an entry"],
    ["empty lists", { API_KEYS: "[]", TOKEN_ISSUERS: "" }, "neither API_KEYS nor TOKEN_ISSUERS has an entry"],
    ["another mode", { AUTHENTICATION: "off" }, "AUTHENTICATION is neither required nor open"],
    ["an empty mode", { AUTHENTICATION: "" }, "AUTHENTICATION is neither required nor open"],
    [
      "open beside keys",
      { AUTHENTICATION: "open", API_KEYS: [record] },
      "AUTHENTICATION is open, and keys are configured",
    ],
    ["text that is not JSON", { API_KEYS: "esk_secret" }, "API_KEYS is not the list that it should be"],
    [
      "a digest that is none",
      { API_KEYS: [record, { ...record, sha256: KEY }] },
      "API_KEYS is not the list that it should be: see 1.sha256",
    ],
    [
      "an unknown scope",
      { API_KEYS: [{ ...record, scopes: ["admin"] }] },
      "API_KEYS is not the list that it should be: see 0.scopes.0",
    ],
    [
      "no models",
      { API_KEYS: [{ ...record, models: [] }] },
      "API_KEYS is not the list that it should be: see 0.models",
    ],
    [
      "an expiry that is no time",
      { API_KEYS: [{ ...record, expires: "soon" }] },
      "API_KEYS is not the list that it should be: see 0.expires",
    ],
    [
      "a member that does not exist",
      { API_KEYS: [{ ...record, expiry: "2027-01-01" }] },
      "API_KEYS is not the list that it should be: see 0",
    ],
    [
      "a key twice",
      { API_KEYS: [record], API_KEYS_2: [{ ...record, name: "lab" }] },
      "two records of API_KEYS have the same key",
    ],
    [
      "a good list beside a broken one",
      { API_KEYS: [record], TOKEN_ISSUERS: "{" },
      "TOKEN_ISSUERS is not the list that it should be",
    ],
    ["an issuer without keys", { TOKEN_ISSUERS: [issuer] }, "TOKEN_ISSUERS is not the list that it should be: see 0"],
    [
      "an issuer with keys twice over",
      { TOKEN_ISSUERS: [{ ...issuer, jwks: { keys: [jwk] }, jwksUrl: "https://id.example/" }] },
      "TOKEN_ISSUERS is not the list that it should be: see 0",
    ],
    [
      "keys fetched without TLS",
      { TOKEN_ISSUERS: [{ ...issuer, jwksUrl: "http://id.example/" }] },
      "TOKEN_ISSUERS is not the list that it should be: see 0.jwksUrl",
    ],
    [
      "a secret algorithm",
      { TOKEN_ISSUERS: [{ ...issuer, jwks: { keys: [jwk] }, algorithms: ["HS256"] }] },
      "TOKEN_ISSUERS is not the list that it should be: see 0.algorithms.0",
    ],
    [
      "a clock that is an hour off",
      { TOKEN_ISSUERS: [{ ...issuer, jwks: { keys: [jwk] }, clockSkewSeconds: 3600 }] },
      "TOKEN_ISSUERS is not the list that it should be: see 0.clockSkewSeconds",
    ],
    [
      "an issuer twice",
      { TOKEN_ISSUERS: [1, 2].map(() => ({ ...issuer, jwks: { keys: [jwk] } })) },
      "two entries of TOKEN_ISSUERS have the same issuer",
    ],
  ])("%s", ([, variables, detail]) => {
    expect(detailOf(variables)).toBe(detail);
  });
});
