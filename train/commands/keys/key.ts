// `edgescope key new`: an API key for a caller, shown once, and the record of it that the Worker is configured with.

import { randomBytes } from "node:crypto";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import { API_KEY_PREFIX, apiKeyRecordSchema } from "../../../src/http/auth/api-keys.ts";

const KEY_BYTES = 32;

/** `expires` is `never`, a date or a time; the lists have commas between their items. */
export type KeyOptions = { scopes: string; models: string; expires: string };

const ADVICE: Record<string, string> = {
  name: "a name has lower-case letters and digits, with single hyphens, dots or underscores between them",
  scopes: "the scopes are classify, models:read and models:write",
  models: "models are names with commas between them, or *",
  expires: "an expiry is never, a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z",
};

export async function newKey(
  name: string,
  { scopes, models, expires }: KeyOptions,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<"usage">>> {
  const key = API_KEY_PREFIX + randomBytes(KEY_BYTES).toString("base64url");
  const record = apiKeyRecordSchema.safeParse({
    name,
    sha256: await sha256Hex(toUtf8(key)),
    scopes: scopes.split(","),
    models: models.split(","),
    ...(expires !== "never" && { expires: /^\d{4}-\d\d-\d\d$/.test(expires) ? `${expires}T00:00:00Z` : expires }),
  });
  if (!record.success) return fail("usage", ADVICE[String(record.error.issues[0]?.path[0])] ?? "");
  output.write(
    `The key, which is shown this once:\n\n  ${key}\n\n` +
      `Its record, for the list in the Worker's secret API_KEYS:\n\n  ${JSON.stringify(record.data)}\n\n` +
      "To replace a key, add the record of the new one under the same name, put the secret, give the caller the new\n" +
      "key, and take the old record out.\n\n" +
      "  npx wrangler secret put API_KEYS --env production\n",
  );
  return ok(null);
}
