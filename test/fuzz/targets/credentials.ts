// API keys and tokens in headers. Nobody but the holder of a good one gets further than 401, and a broken one breaks nothing.

import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import { AUDIENCE, createToken, createTokenKey, ISSUER, KEY, NOW, recordOf } from "../../http/auth/credentials.ts";
import type { Chance } from "../hostile/chance.ts";
import { toHeaderValue } from "../hostile/hostile-request.ts";
import { mutateValue } from "../hostile/mutate-json.ts";
import { serveHostile } from "./serve-hostile.ts";
import { expectSo, type Target } from "./target.ts";

const ALGORITHMS = ["none", "HS256", "RS256", "ES256", "ES384", "EdDSA", "es256", ""];
const UNREACHABLE = "https://id.unreachable.example/";

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value) ?? "").toString("base64url");

export const CREDENTIALS_TARGET: Target = {
  name: "credentials",
  share: 5,
  open: async () => {
    const key = await createTokenKey("first");
    const issuer = { name: "sso", audience: AUDIENCE, models: ["*"] };
    const authentication = readAuthentication(
      {
        API_KEYS: [await recordOf(KEY)],
        TOKEN_ISSUERS: [
          { ...issuer, issuer: ISSUER, jwks: { keys: [key.jwk] } },
          { ...issuer, name: "away", issuer: UNREACHABLE, jwksUrl: "https://id.unreachable.example/keys" },
        ],
      },
      { fetch: () => Promise.reject(new Error("unreachable")), now: () => NOW },
    );
    const put = await serveHostile({ authentication }, ["keys_unavailable"]);
    const good = await createToken(key);
    return (chance) => {
      const headers = hostileCredentials(good, chance);
      const { input, put: ask } = put({ path: "/v1/models", init: { headers } });
      return {
        input,
        async put() {
          const outcome = await ask();
          const isGood = Object.values(headers).some((value) => value.includes(good) || value.includes(KEY));
          expectSo(outcome !== "200" || isGood, "somebody without good credentials was let in");
          return outcome;
        },
      };
    };
  },
};

function hostileCredentials(good: string, chance: Chance): Record<string, string> {
  const credential = chance.oneOf([
    () => good,
    () => KEY,
    () => mutateText(good, chance),
    () => mutateText(KEY, chance),
    () => inventToken(good, chance),
    () => inventToken(good, chance),
    () => chance.oneOf(["", ".", "..", "a.b.c", "esk_", "e30.e30.", "x".repeat(9000), "\u00e9"]),
  ])();
  const scheme = chance.oneOf(["Bearer ", "Bearer ", "bearer  ", "Basic ", "Bearer", "Bearer ,", ""]);
  const name = chance.oneOf(["authorization", "authorization", "x-api-key"]);
  const headers: Record<string, string> = {
    [name]: toHeaderValue(name === "x-api-key" ? credential : scheme + credential),
  };
  if (chance.once(10)) headers["x-api-key"] = chance.oneOf(["", "esk_", `${KEY}, ${KEY}`]);
  return headers;
}

function mutateText(text: string, chance: Chance): string {
  const at = chance.below(text.length);
  const inserted = chance.oneOf(["", ".", "=", "A", "\u00ff", "%00", text.slice(at, at + 9)]);
  const mutated = text.slice(0, at) + inserted + text.slice(at + 1);
  return mutated === text || mutated.includes(text) ? text.slice(1) : mutated;
}

/** A header and claims of any kind before the signature of a good token, or none. */
function inventToken(good: string, chance: Chance): string {
  const seconds = NOW / 1000;
  const header: Record<string, unknown> = { alg: chance.oneOf(ALGORITHMS), kid: chance.oneOf(["first", "other", ""]) };
  if (chance.once(3)) Object.assign(header, { crit: ["exp"], b64: false, jku: "https://evil.example/", jwk: {} });
  const claims = {
    iss: chance.oneOf([ISSUER, UNREACHABLE, "https://other.example/"]),
    aud: AUDIENCE,
    sub: "caller-1",
    scope: "classify models:read models:write",
    exp: seconds + 300,
  };
  const mutated = chance.once(2) ? mutateValue(structuredClone(claims), chance) : claims;
  const signature = chance.oneOf([good.split(".")[2], "", "AAAA", "\u00e9"]);
  return `${base64url(chance.once(4) ? mutateValue(header, chance) : header)}.${base64url(mutated)}.${signature}`;
}
