// API keys: what is kept of one, and how a presented one is compared with it.

import * as z from "zod/mini";
import { fromHex, toUtf8 } from "../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { sha256 } from "../../base/sha256.ts";
import { modelNameSchema } from "../../bundle/manifest.ts";
import { SCOPES, type Caller } from "./caller.ts";

/** 256 random bits in base64url; the prefix tells a key from a token, and lets a leaked one be found. */
export const API_KEY_PREFIX = "esk_";
const API_KEY = /^esk_[A-Za-z0-9_-]{43}$/;

/** Names stand in the log. Several records may share one: while keys are rotated, both are the same caller. */
export const keyNameSchema = z.string().check(z.regex(/^[a-z0-9]+(?:[-._][a-z0-9]+)*$/), z.maxLength(64));

export const scopesSchema = z.array(z.enum(SCOPES)).check(z.minLength(1), z.maxLength(SCOPES.length));

export const allowedModelsSchema = z
  .array(z.union([z.literal("*"), modelNameSchema]))
  .check(z.minLength(1), z.maxLength(100));

/** A random key of 256 bits needs no salt and no slow hash; its SHA-256 tells nothing of it. */
export const apiKeyRecordSchema = z.strictObject({
  name: keyNameSchema,
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  scopes: scopesSchema,
  models: allowedModelsSchema,
  /** Without it the key does not expire. */
  expires: z.optional(z.iso.datetime()),
});

export type ApiKeyRecord = z.infer<typeof apiKeyRecordSchema>;

export type CheckApiKey = (key: string) => Promise<Result<Caller, Failure<"key_unknown" | "key_expired">>>;

/** Takes as long for every key of the right shape, whichever record it is of, if any. */
export function createApiKeyCheck(records: readonly ApiKeyRecord[], now: () => number): CheckApiKey {
  const digests = records.map((record) => ({ record, digest: fromHex(record.sha256) }));

  return async (key) => {
    if (!API_KEY.test(key)) return fail("key_unknown", "the key does not have the shape of one");
    const presented = await sha256(toUtf8(key));
    let found: ApiKeyRecord | undefined;
    for (const { record, digest } of digests) {
      if (equalInConstantTime(digest, presented)) found = record;
    }
    if (!found) return fail("key_unknown", "no record has the key");
    const { name, scopes, models, expires } = found;
    if (expires !== undefined && now() >= Date.parse(expires)) return fail("key_expired", "the key has expired");
    return ok({ name, scopes, models, quotaKey: `key:${name}` });
  };
}

function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}
