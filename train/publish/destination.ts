// Where bundles are published to: the local R2, or the S3-compatible endpoint that the environment names.

import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { SigningKey } from "../../src/bundle/signature/sign-bundle.ts";
import { checkConditionalWrites } from "./check-conditional-writes.ts";
import { openLocalStore, type OpenStore } from "./local-store.ts";
import { createS3Store } from "./s3-store.ts";
import { localSigningKey, readSigningKey } from "./signing-key.ts";

export const DESTINATIONS = ["local", "s3"] as const;

export type Destination = (typeof DESTINATIONS)[number];

export type DestinationReason = "environment_missing" | "storage_unavailable" | "storage_unsafe";

type Opened = Promise<Result<OpenStore, Failure<DestinationReason>>>;

export async function openDestination(destination: Destination, environment: NodeJS.ProcessEnv): Opened {
  return destination === "local" ? ok(await openLocalStore()) : openS3(environment);
}

/** The local R2 has a throw-away key of its own; anything shared is signed with a key that the caller names. */
export async function destinationKey(
  destination: Destination,
  keyPath: string | undefined,
): Promise<Result<SigningKey, Failure<"key_missing" | "key_invalid">>> {
  if (keyPath !== undefined) return readSigningKey(keyPath);
  if (destination === "local") return localSigningKey();
  return fail(
    "key_missing",
    "name the private key to sign with: --key FILE (make one with: npm run edgescope -- keygen FILE)",
  );
}

async function openS3(environment: NodeJS.ProcessEnv): Opened {
  const required = ["EDGESCOPE_S3_ENDPOINT", "EDGESCOPE_S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  const [endpoint, bucket, accessKeyId, secretAccessKey] = required.map((name) => environment[name]);
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) {
    return fail(
      "environment_missing",
      `publishing to S3 takes ${required.join(", ")} from the environment, and AWS_REGION where it is not "auto"`,
    );
  }
  const store = createS3Store({
    endpoint,
    bucket,
    accessKeyId,
    secretAccessKey,
    region: environment["AWS_REGION"] ?? "auto",
  });
  const checked = await checkConditionalWrites(store);
  return checked.ok ? ok({ store, close: async () => undefined }) : checked;
}
