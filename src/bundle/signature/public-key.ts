// The keys a verifier trusts: ECDSA P-256 public keys as PEM text (RFC 7468, SubjectPublicKeyInfo), each from a moment
// and until a moment where the text says so.

import * as z from "zod/mini";
import { fromBase64, toBase64, toUtf8 } from "../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { sha256Hex } from "../../base/sha256.ts";

/**
 * `hint` is the hex SHA-256 of the key's PEM text, by which a signature names the key that made it. Outside its period,
 * RFC 3339 in UTC, the key verifies nothing.
 */
export type PublicKey = { key: CryptoKey; hint: string; notBefore?: string; notAfter?: string };

const momentSchema = z.iso.datetime({ precision: 0 });

const PEM_BLOCK = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/g;

/** PEM with 64-character lines and a final newline, the text whose digest is the key's hint. */
export function toPem(der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`;
}

/**
 * Reads every key in a text of zero or more PEM blocks. A key's dates stand on lines of their own above it, where OpenSSL
 * and the reference signing tool skip over them (RFC 7468, section 2):
 *
 *     # not-before: 2026-01-01T00:00:00Z
 *     # not-after: 2027-12-31T23:59:59Z
 *
 * A text with anything else in it is refused, not skipped over.
 */
export async function parsePublicKeys(pemText: string): Promise<Result<PublicKey[], Failure<"key_invalid">>> {
  const keys: PublicKey[] = [];
  let end = 0;
  for (const match of pemText.matchAll(PEM_BLOCK)) {
    const period = parsePeriod(pemText.slice(end, match.index));
    if (!period.ok) return period;
    end = match.index + match[0].length;
    const der = fromBase64(match[1].replaceAll(/\s/g, ""));
    if (der === undefined) return fail("key_invalid", "a public key is not base64");
    try {
      const key = await crypto.subtle.importKey("spki", der, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
      keys.push({ key, hint: await publicKeyHint(key), ...period.value });
    } catch {
      return fail("key_invalid", "a public key is not an ECDSA P-256 key");
    }
  }
  return pemText.slice(end).trim() === "" ? ok(keys) : notPem();
}

/** `at` is RFC 3339 in UTC. Both ends of the period belong to it. */
export function isTrustedAt({ notBefore, notAfter }: PublicKey, at: string): boolean {
  const second = toSecond(at);
  return (
    (notBefore === undefined || toSecond(notBefore) <= second) &&
    (notAfter === undefined || second <= toSecond(notAfter))
  );
}

/** The date and time without fraction and zone: texts of one length that sort as the moments do. */
const toSecond = (at: string): string => at.slice(0, "2026-01-01T00:00:00".length);

function parsePeriod(text: string): Result<Pick<PublicKey, "notBefore" | "notAfter">, Failure<"key_invalid">> {
  const period: { notBefore?: string; notAfter?: string } = {};
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const [, end, at = ""] = /^# not-(before|after): (\S+)$/.exec(line) ?? [];
    if (end === undefined) return notPem();
    if (!momentSchema.safeParse(at).success)
      return fail("key_invalid", "a date above a public key is not written as 2026-01-31T00:00:00Z");
    const name = end === "before" ? "notBefore" : "notAfter";
    if (period[name] !== undefined) return fail("key_invalid", "a public key has the same date twice");
    period[name] = at;
  }
  if (period.notBefore !== undefined && period.notAfter !== undefined && period.notAfter < period.notBefore)
    return fail("key_invalid", "a public key's trust ends before it begins");
  return ok(period);
}

const notPem = () => fail("key_invalid", "the key text is not PEM public keys");

/** The hint of an extractable public key, from its canonical PEM, however the text it came from was wrapped. */
export async function publicKeyHint(key: CryptoKey): Promise<string> {
  return sha256Hex(toUtf8(await publicKeyPem(key)));
}

export async function publicKeyPem(key: CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey("spki", key);
  return toPem(new Uint8Array(der));
}
