// What a signature says: an in-toto Statement v1 with the predicate of OpenSSF Model Signing v1.0, inside a DSSE v1
// envelope inside a Sigstore bundle v0.3. Fields of the predicate that v1.0 does not name are ignored, as it asks.

import * as z from "zod/mini";
import { concatBytes, fromHex, fromJsonBytes, toUtf8 } from "../../base/bytes.ts";
import { parseShape } from "../../base/parse-shape.ts";
import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { sha256Hex } from "../../base/sha256.ts";
import { sha256Schema } from "../manifest.ts";

export const BUNDLE_MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
const PREDICATE_TYPE = "https://model_signing/signature/v1.0";

/** Paths that are not part of the model: the signature itself, git's files (the reference tool's list), and sample images. */
const IGNORED_PATHS = ["model.sig", ".git", ".gitignore", ".github", ".gitattributes", "examples"];

/** A signed file: its path in the bundle's folder and the hex SHA-256 of its bytes. */
export type Resource = { name: string; digest: string };

export type Statement = { resources: Resource[]; ignoredPaths: string[] };

const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: sha256Schema }) })).check(z.length(1)),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    serialization: z.object({
      method: z.literal("files"),
      hash_type: z.literal("sha256"),
      allow_symlinks: z.literal(false),
      ignore_paths: z.optional(z.array(z.string()).check(z.maxLength(256))),
    }),
    resources: z
      .array(z.object({ name: z.string(), algorithm: z.literal("sha256"), digest: sha256Schema }))
      .check(z.minLength(1), z.maxLength(256)),
  }),
});

/** The payload to sign for a folder called `name`; resources are put in the alphabetical order the format asks for. */
export async function writeStatement(name: string, files: readonly Resource[]): Promise<Uint8Array<ArrayBuffer>> {
  const resources = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return toUtf8(
    JSON.stringify({
      _type: STATEMENT_TYPE,
      subject: [{ name, digest: { sha256: await rootDigest(resources) } }],
      predicateType: PREDICATE_TYPE,
      predicate: {
        serialization: { method: "files", hash_type: "sha256", allow_symlinks: false, ignore_paths: IGNORED_PATHS },
        resources: resources.map((resource) => ({ ...resource, algorithm: "sha256" })),
      },
    }),
  );
}

/** Reads a payload whose signature has been verified, and recomputes the digest of its subject. */
export async function readStatement(payload: Uint8Array): Promise<Result<Statement, Failure<"signature_invalid">>> {
  const parsed = parseShape(statementSchema, fromJsonBytes(payload));
  if (!parsed.ok) return fail("signature_invalid", "the signed payload is not a model signing statement");
  const { subject, predicate } = parsed.value;
  if (subject[0]?.digest.sha256 !== (await rootDigest(predicate.resources))) {
    return fail("signature_invalid", "the signed statement's subject is not the digest of its resources");
  }
  if (new Set(predicate.resources.map((resource) => resource.name)).size !== predicate.resources.length) {
    return fail("signature_invalid", "the signed statement lists a file twice");
  }
  return ok({
    resources: predicate.resources.map(({ name, digest }) => ({ name, digest })),
    ignoredPaths: predicate.serialization.ignore_paths ?? [],
  });
}

/** DSSE v1 pre-authentication encoding (secure-systems-lab/dsse, protocol.md): the bytes that are signed. */
export function preAuthenticationEncoding(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes([toUtf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);
}

/** SHA-256 over the files' raw digests in the order they are listed. */
function rootDigest(resources: readonly Resource[]): Promise<string> {
  return sha256Hex(concatBytes(resources.map((resource) => fromHex(resource.digest))));
}
