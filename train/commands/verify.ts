// `edgescope verify`: is this folder, byte for byte, what a trusted key signed?

import { readFile } from "node:fs/promises";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { parsePublicKeys } from "../../src/bundle/public-key.ts";
import { verifyBundleFolder } from "../pack/bundle-folder.ts";

export async function verify(
  folder: string,
  keyPath: string,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const pem = await readFile(keyPath, "utf8").catch(() => undefined);
  if (pem === undefined) return fail("key_missing", `${keyPath} cannot be read`);
  const keys = await parsePublicKeys(pem);
  if (!keys.ok) return fail(keys.error.reason, `${keyPath}: ${keys.error.detail}`);
  const verified = await verifyBundleFolder(folder, keys.value);
  if (!verified.ok) return verified;
  const { manifest, digest } = verified.value;
  output.write(`${folder}: ${manifest.name} ${manifest.version}, digest ${digest}, verified\n`);
  return ok(null);
}
