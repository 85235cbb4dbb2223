// The keys a verifier trusts: ECDSA P-256 public keys as PEM text (RFC 7468, SubjectPublicKeyInfo).

import { fromBase64, toBase64, toUtf8 } from "../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../base/result.ts";
import { sha256Hex } from "../base/sha256.ts";

/** `hint` is the hex SHA-256 of the key's PEM text, by which a signature names the key that made it. */
export type PublicKey = { key: CryptoKey; hint: string };

const PEM_BLOCK = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/g;

/** PEM with 64-character lines and a final newline, the text whose digest is the key's hint. */
export function toPem(der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`;
}

/** Reads every key in a text of zero or more PEM blocks. A text with anything else in it is refused, not skipped over. */
export async function parsePublicKeys(pemText: string): Promise<Result<PublicKey[], Failure<"key_invalid">>> {
  if (pemText.replaceAll(PEM_BLOCK, "").trim() !== "")
    return fail("key_invalid", "the key text is not PEM public keys");
  const keys: PublicKey[] = [];
  for (const [, base64 = ""] of pemText.matchAll(PEM_BLOCK)) {
    const der = fromBase64(base64.replaceAll(/\s/g, ""));
    if (der === undefined) return fail("key_invalid", "a public key is not base64");
    try {
      const key = await crypto.subtle.importKey("spki", der, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
      keys.push({ key, hint: await publicKeyHint(key) });
    } catch {
      return fail("key_invalid", "a public key is not an ECDSA P-256 key");
    }
  }
  return ok(keys);
}

/** The hint of an extractable public key, from its canonical PEM, however the text it came from was wrapped. */
export async function publicKeyHint(key: CryptoKey): Promise<string> {
  return sha256Hex(toUtf8(await publicKeyPem(key)));
}

export async function publicKeyPem(key: CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey("spki", key);
  return toPem(new Uint8Array(der));
}
