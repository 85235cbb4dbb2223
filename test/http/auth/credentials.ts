// Keys and tokens for tests: an issuer with a key pair of its own, and records of API keys.

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import type { ApiKeyRecord } from "../../../src/http/auth/api-keys.ts";

/** 2026-11-22T10:00:00Z: the time in every test of credentials. */
export const NOW = Date.UTC(2026, 10, 22, 10);

export const KEY = `esk_${"k".repeat(43)}`;
export const OTHER_KEY = `esk_${"o".repeat(43)}`;

/** A record that lets `key` do everything with every model. */
export async function recordOf(key: string, changes: Partial<ApiKeyRecord> = {}): Promise<ApiKeyRecord> {
  return {
    name: "clinic",
    sha256: await sha256Hex(toUtf8(key)),
    scopes: ["classify", "models:read"],
    models: ["*"],
    ...changes,
  };
}

export const ISSUER = "https://id.example/";
export const AUDIENCE = "edgescope";

export type TokenKey = { privateKey: CryptoKey; jwk: JWK };

export async function createTokenKey(kid: string, alg = "ES256"): Promise<TokenKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** A token that is good at NOW unless `claims` or `header` say otherwise; a claim of undefined is left out. */
export async function createToken(
  { privateKey, jwk }: TokenKey,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const seconds = NOW / 1000;
  return new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: "caller-1",
    scope: "classify models:read",
    iat: seconds,
    exp: seconds + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: jwk.alg ?? "ES256", kid: jwk.kid ?? "", ...header })
    .sign(privateKey);
}
