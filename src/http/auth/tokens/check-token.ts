// Tokens: JWTs signed by a configured issuer. What a token says beyond scopes and models is neither kept nor logged.

import { decodeJwt, errors, jwtVerify, type JWTPayload } from "jose";
import { toHex, toUtf8 } from "../../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import { sha256 } from "../../../base/sha256.ts";
import { allowsModel, SCOPES, type Caller } from "../caller.ts";
import type { FindKey, GetKeys, KeepAlive } from "./key-set.ts";
import type { TokenIssuer } from "./token-issuers.ts";

const MAX_TOKEN_LENGTH = 8192;

export type TokenReason = "issuer_unknown" | "token_invalid" | "token_expired" | "keys_unavailable";

export type CheckToken = (token: string, keepAlive: KeepAlive) => Promise<Result<Caller, Failure<TokenReason>>>;

export function createTokenCheck(
  issuers: readonly (TokenIssuer & { getKeys: GetKeys })[],
  now: () => number,
): CheckToken {
  return async (token, keepAlive) => {
    const issuer = findIssuer(token);
    if (!issuer) return fail("issuer_unknown", "the token is not one of a configured issuer");
    const first = await verify(token, issuer, await issuer.getKeys(keepAlive), now);
    // A key that is not known may have been made since the keys were fetched.
    const verified =
      first instanceof errors.JWKSNoMatchingKey
        ? await verify(token, issuer, await issuer.getKeys(keepAlive, true), now)
        : first;
    if (verified === undefined) return fail("keys_unavailable", "the issuer's keys cannot be had");
    if (verified instanceof errors.JWTExpired) return fail("token_expired", "the token has expired");
    if (verified instanceof Error) return fail("token_invalid", "the token is not valid");
    return toCaller(verified, issuer);
  };

  function findIssuer(token: string) {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    try {
      const { iss } = decodeJwt(token);
      return issuers.find(({ issuer }) => issuer === iss);
    } catch {
      return undefined;
    }
  }
}

/** The claims, the error that the library refused them with, or undefined without keys. */
async function verify(
  token: string,
  { issuer, audience, algorithms, clockSkewSeconds }: TokenIssuer,
  findKey: FindKey | undefined,
  now: () => number,
): Promise<JWTPayload | Error | undefined> {
  if (!findKey) return undefined;
  try {
    const { payload } = await jwtVerify(token, findKey, {
      issuer,
      audience,
      algorithms,
      requiredClaims: ["exp"],
      clockTolerance: clockSkewSeconds,
      currentDate: new Date(now()),
    });
    return payload;
  } catch (error) {
    return error instanceof Error ? error : new Error("the token cannot be verified");
  }
}

async function toCaller(
  claims: JWTPayload,
  { name, issuer, scopesClaim, models, modelsClaim }: TokenIssuer,
): Promise<Result<Caller, Failure<TokenReason>>> {
  const granted = toList(claims[scopesClaim]);
  const named = modelsClaim === undefined ? models : toList(claims[modelsClaim]);
  const subject = typeof claims.sub === "string" ? claims.sub : "";
  return ok({
    name,
    scopes: SCOPES.filter((scope) => granted.includes(scope)),
    models: named.filter((model) => allowsModel({ models }, model)),
    quotaKey: `token:${toHex(await sha256(toUtf8(`${issuer}\n${subject}`)))}`,
  });
}

function toList(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim.filter((item) => typeof item === "string") : [];
}
