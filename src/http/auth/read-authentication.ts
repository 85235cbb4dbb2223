// The configuration of authentication out of the Worker's variables and secrets. Whatever is wrong with it, nothing is served.

import * as z from "zod/mini";
import { parseShape } from "../../base/parse-shape.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { apiKeyRecordSchema, createApiKeyCheck } from "./api-keys.ts";
import { authenticateOpenly, createAuthenticate, type Authenticate } from "./authenticate.ts";
import { createFetchedKeys, createFixedKeys, type Fetch } from "./tokens/key-set.ts";
import { tokenIssuerSchema, type TokenIssuer } from "./tokens/token-issuers.ts";
import { createTokenCheck } from "./tokens/check-token.ts";

/** A secret holds 5 KB, some 25 records: more may stand in secrets called API_KEYS_2, API_KEYS_CLINIC and so on. */
const API_KEYS_NAME = /^API_KEYS(?:_[A-Z0-9]+)*$/;

const apiKeysSchema = z.array(apiKeyRecordSchema).check(z.maxLength(1000));
const tokenIssuersSchema = z.array(tokenIssuerSchema).check(z.maxLength(10));

/** `detail` names the variable and the place in it, and quotes nothing of its value. */
export function readAuthentication(
  variables: Record<string, unknown>,
  { fetch, now }: { fetch: Fetch; now: () => number },
): Result<Authenticate, Failure<"not_configured">> {
  const mode = variables["AUTHENTICATION"] ?? "required";
  if (mode !== "required" && mode !== "open") return notConfigured("AUTHENTICATION is neither required nor open");

  const records: z.infer<typeof apiKeysSchema> = [];
  for (const name of Object.keys(variables).filter((key) => API_KEYS_NAME.test(key))) {
    const parsed = parseList(variables, name, apiKeysSchema);
    if (!parsed.ok) return parsed;
    records.push(...parsed.value);
  }
  const issuers = parseList(variables, "TOKEN_ISSUERS", tokenIssuersSchema);
  if (!issuers.ok) return issuers;
  if (new Set(records.map((record) => record.sha256)).size < records.length)
    return notConfigured("two records of API_KEYS have the same key");
  if (new Set(issuers.value.map(({ issuer }) => issuer)).size < issuers.value.length)
    return notConfigured("two entries of TOKEN_ISSUERS have the same issuer");

  const configured = records.length + issuers.value.length > 0;
  if (mode === "open") {
    return configured ? notConfigured("AUTHENTICATION is open, and keys are configured") : ok(authenticateOpenly);
  }
  if (!configured) return notConfigured("neither API_KEYS nor TOKEN_ISSUERS has an entry");
  const withKeys = issuers.value.map((issuer) => ({ ...issuer, getKeys: createKeys(issuer, fetch, now) }));
  return ok(createAuthenticate(createApiKeyCheck(records, now), createTokenCheck(withKeys, now)));
}

function createKeys({ jwks, jwksUrl }: TokenIssuer, fetch: Fetch, now: () => number) {
  return jwks ? createFixedKeys(jwks) : createFetchedKeys(jwksUrl ?? "", fetch, now);
}

/** Of JSON text, or of what wrangler.toml made of a table; a variable that is missing or empty is an empty list. */
function parseList<Item>(
  variables: Record<string, unknown>,
  name: string,
  schema: z.ZodMiniType<Item[]>,
): Result<Item[], Failure<"not_configured">> {
  const value = variables[name] ?? "";
  if (value === "") return ok([]);
  const parsed = parseShape(schema, typeof value === "string" ? parseJson(value) : value);
  if (parsed.ok) return parsed;
  const { path: place } = parsed.error;
  return notConfigured(`${name} is not the list that it should be${place ? `: see ${place}` : ""}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const notConfigured = (detail: string) => fail("not_configured", detail);
