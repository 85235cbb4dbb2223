// Nothing of a bundle is used before this file has passed it: the signature by a trusted key, the digest of every
// file, and that the signed files are exactly the ones the manifest lists.

import * as z from "zod/mini";
import { fromBase64, fromJsonBytes } from "../../base/bytes.ts";
import { parseShape } from "../../base/parse-shape.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { sha256Hex } from "../../base/sha256.ts";
import { derToRaw } from "./ecdsa-der.ts";
import { parseManifest, type BundleFile, type Manifest } from "../manifest.ts";
import { isTrustedAt, type PublicKey } from "./public-key.ts";
import {
  BUNDLE_MEDIA_TYPE,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
  readStatement,
  type Statement,
} from "./statement.ts";

export type VerifyReason =
  | "signature_invalid"
  | "signature_untrusted"
  | "manifest_invalid"
  | "digest_mismatch"
  | "files_mismatch";

/** A bundle's content. `digest` is the hex SHA-256 of `bundle.json`, its identity; `files` are those the manifest lists. */
export type Bundle = { manifest: Manifest; digest: string; files: ReadonlyMap<string, Uint8Array<ArrayBuffer>> };

const signatureSchema = z.object({
  mediaType: z.literal(BUNDLE_MEDIA_TYPE),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.string() }) }),
  dsseEnvelope: z.object({
    payload: z.string(),
    payloadType: z.literal(PAYLOAD_TYPE),
    signatures: z.array(z.object({ sig: z.string() })).check(z.length(1)),
  }),
});

/**
 * Verifies `model.sig` with whichever trusted key it names, and gives the statement it signs. `at`, RFC 3339 in UTC, is
 * the moment of verification: a signature holds no trustworthy date of its own.
 */
export async function verifySignature(
  signatureBytes: Uint8Array,
  trustedKeys: readonly PublicKey[],
  at: string,
): Promise<Result<Statement, Failure<"signature_invalid" | "signature_untrusted">>> {
  const parsed = parseShape(signatureSchema, fromJsonBytes(signatureBytes));
  if (!parsed.ok) return fail("signature_invalid", "model.sig is not a model signing bundle");
  const { verificationMaterial, dsseEnvelope } = parsed.value;
  const named = trustedKeys.filter(({ hint }) => hint === verificationMaterial.publicKey.hint);
  if (named.length === 0) return fail("signature_untrusted", "model.sig was made by a key that is not trusted here");
  const trusted = named.find((key) => isTrustedAt(key, at));
  if (!trusted) return fail("signature_untrusted", "model.sig was made by a key that is not trusted at this time");
  const payload = fromBase64(dsseEnvelope.payload);
  const raw = derToRaw(fromBase64(dsseEnvelope.signatures[0]?.sig ?? "") ?? new Uint8Array());
  if (!payload || !raw) return fail("signature_invalid", "model.sig holds a malformed payload or signature");
  const signed = preAuthenticationEncoding(payload);
  if (!(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, trusted.key, raw, signed))) {
    return fail("signature_invalid", "model.sig does not verify with the key it names");
  }
  return readStatement(payload);
}

/** Verifies the manifest against its signature: what it lists may then be fetched and held against `verifyFile`. */
export async function verifyManifest(
  manifestBytes: Uint8Array<ArrayBuffer>,
  signatureBytes: Uint8Array,
  trustedKeys: readonly PublicKey[],
  at: string,
): Promise<Result<{ manifest: Manifest; digest: string; statement: Statement }, Failure<VerifyReason>>> {
  const statement = await verifySignature(signatureBytes, trustedKeys, at);
  if (!statement.ok) return statement;
  const signed = new Map(statement.value.resources.map(({ name, digest }) => [name, digest]));
  const digest = await sha256Hex(manifestBytes);
  if (signed.get("bundle.json") !== digest) return fail("digest_mismatch", "bundle.json is not the signed one");
  const manifest = parseManifest(fromJsonBytes(manifestBytes));
  if (!manifest.ok) return manifest;
  const { files } = manifest.value;
  if (signed.size !== files.length + 1 || files.some((file) => signed.get(file.path) !== file.sha256)) {
    return fail("files_mismatch", "the signed files are not the files that bundle.json lists");
  }
  return ok({ manifest: manifest.value, digest, statement: statement.value });
}

/** Holds a file's bytes against its entry in a verified manifest. */
export async function verifyFile(
  bytes: Uint8Array<ArrayBuffer>,
  file: BundleFile,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"digest_mismatch">>> {
  if (bytes.length === file.bytes && (await sha256Hex(bytes)) === file.sha256) return ok(bytes);
  return fail("digest_mismatch", `${file.path} is not the file that was signed`);
}
