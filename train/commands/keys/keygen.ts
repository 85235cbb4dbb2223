// `edgescope keygen`: a signing key for a registry, and its public half for whoever verifies.

import { writeFile } from "node:fs/promises";
import { ok, type Failure, type Result } from "../../../src/base/result.ts";
import { publicKeyPem } from "../../../src/bundle/signature/public-key.ts";
import { readSigningKey, writeNewSigningKey } from "../../publish/signing-key.ts";

export async function keygen(path: string, output: NodeJS.WriteStream): Promise<Result<null, Failure<string>>> {
  const written = await writeNewSigningKey(path);
  if (!written.ok) return written;
  const key = await readSigningKey(path);
  if (!key.ok) return key;
  await writeFile(`${path}.pub`, await publicKeyPem(key.value.publicKey));
  output.write(`${path}: keep it secret\n${path}.pub: put its text into TRUSTED_KEYS of the Worker\n`);
  return ok(null);
}
