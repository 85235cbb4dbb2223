// ECDSA P-256 signing keys as PEM files that OpenSSL and the reference signing tool read too.

import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { SigningKey } from "../../src/bundle/signature/sign-bundle.ts";

/** Beside the local R2 it signs for, so that whoever clears the one clears the other. */
export const LOCAL_KEY_PATH = ".wrangler/state/edgescope-signing-key.pem";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };

/** Reads PKCS#8 or SEC 1 PEM, unencrypted. */
export async function readSigningKey(
  path: string,
): Promise<Result<SigningKey, Failure<"key_missing" | "key_invalid">>> {
  const pem = await readFile(path, "utf8").catch(() => undefined);
  if (pem === undefined)
    return fail(
      "key_missing",
      `there is no signing key at ${path}; make one with: npm run edgescope -- keygen ${path}`,
    );
  try {
    const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
    const privateKey = await crypto.subtle.importKey("pkcs8", new Uint8Array(der), ALGORITHM, true, ["sign"]);
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", privateKey);
    const publicKey = await crypto.subtle.importKey("jwk", { kty, crv, x, y } as JsonWebKey, ALGORITHM, true, [
      "verify",
    ]);
    return ok({ privateKey, publicKey });
  } catch {
    return fail("key_invalid", `${path} is not an unencrypted ECDSA P-256 private key in PEM`);
  }
}

/** Writes a new private key that only its owner can read; a file that is there already is never overwritten. */
export async function writeNewSigningKey(path: string): Promise<Result<null, Failure<"key_exists">>> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
    return ok(null);
  } catch {
    return fail("key_exists", `${path} cannot be written; a key that is there already is kept`);
  }
}

/** The throw-away key that signs for the local R2, made at its first use. */
export async function localSigningKey(): Promise<Result<SigningKey, Failure<"key_missing" | "key_invalid">>> {
  await writeNewSigningKey(LOCAL_KEY_PATH);
  return readSigningKey(LOCAL_KEY_PATH);
}
