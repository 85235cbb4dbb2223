// Who may issue tokens (JWT, RFC 7519) for this service, and what a token of theirs may do: the configuration.

import * as z from "zod/mini";
import { allowedModelsSchema, keyNameSchema } from "../api-keys.ts";

/** Signatures by key pairs alone: a secret that both sides know has no place in a public key set. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

const MAX_KEYS = 32;
const MAX_CLOCK_SKEW_SECONDS = 300;

/** A JWK Set (RFC 7517). The members of a key are left to the library that imports it. */
export const keySetSchema = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })).check(z.minLength(1), z.maxLength(MAX_KEYS)),
});

export type KeySet = z.infer<typeof keySetSchema>;

const nonEmpty = z.string().check(z.minLength(1), z.maxLength(500));

export const tokenIssuerSchema = z
  .strictObject({
    /** Stands in the log in the place of whoever the token names. */
    name: keyNameSchema,
    /** The `iss` claim, exactly. */
    issuer: nonEmpty,
    /** One of these must be in the `aud` claim. */
    audience: z.union([nonEmpty, z.array(nonEmpty).check(z.minLength(1), z.maxLength(10))]),
    /** Exactly one of the two: the keys themselves, or where they are fetched. */
    jwks: z.optional(keySetSchema),
    jwksUrl: z.optional(z.url({ protocol: /^https$/ })),
    algorithms: z.prefault(z.array(z.enum(ALGORITHMS)).check(z.minLength(1)), ["RS256", "ES256"]),
    /** Holds the scopes as one text with spaces (RFC 8693, 4.2) or as a list; others than ours are ignored. */
    scopesClaim: z.prefault(nonEmpty, "scope"),
    models: allowedModelsSchema,
    /** If it is given, the claim must hold a list of names, and a token is for those of `models` that stand in it. */
    modelsClaim: z.optional(nonEmpty),
    clockSkewSeconds: z.prefault(z.int().check(z.minimum(0), z.maximum(MAX_CLOCK_SKEW_SECONDS)), 60),
  })
  .check(z.refine(({ jwks, jwksUrl }) => (jwks === undefined) !== (jwksUrl === undefined)));

export type TokenIssuer = z.infer<typeof tokenIssuerSchema>;
