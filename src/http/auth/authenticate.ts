// From a request's headers to a caller. One credential a request; why one was refused is for the log alone.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { API_KEY_PREFIX, type CheckApiKey } from "./api-keys.ts";
import { SCOPES, type Caller } from "./caller.ts";
import type { KeepAlive } from "./tokens/key-set.ts";
import type { CheckToken, TokenReason } from "./tokens/check-token.ts";

export type AuthenticationReason =
  | "credentials_missing"
  | "credentials_malformed"
  | "key_unknown"
  | "key_expired"
  | "open_elsewhere"
  | TokenReason;

export type Authenticate = (
  request: Request,
  keepAlive: KeepAlive,
) => Promise<Result<Caller, Failure<AuthenticationReason>>>;

/** `Authorization: Bearer` takes a key or a token, `X-API-Key` a key. */
export function createAuthenticate(checkKey: CheckApiKey, checkToken: CheckToken): Authenticate {
  return async ({ headers }, keepAlive) => {
    const [authorization, apiKey] = [headers.get("authorization"), headers.get("x-api-key")];
    if (authorization === null && apiKey === null) return fail("credentials_missing", "the request has no credentials");
    const bearer = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? "")?.[1];
    const credential = apiKey ?? bearer;
    if (credential === undefined || (authorization !== null && apiKey !== null))
      return fail("credentials_malformed", "the request has something else than one key or one token");
    return credential === apiKey || credential.startsWith(API_KEY_PREFIX)
      ? checkKey(credential)
      : checkToken(credential, keepAlive);
  };
}

const OPEN_CALLER: Caller = { name: "open", scopes: SCOPES, models: ["*"] };

/**
 * Without authentication, for the machine that the Worker runs on: by another host's name it is not served. A deployed
 * Worker never has these names, and a web page that had its own name point here (DNS rebinding) does not either.
 */
export const authenticateOpenly: Authenticate = async ({ url }) =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname)
    ? ok(OPEN_CALLER)
    : fail("open_elsewhere", "AUTHENTICATION is open, which serves this machine alone");
