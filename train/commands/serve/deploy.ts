// `edgescope deploy`: bucket, bundles, Worker, in that order, on a Cloudflare account that Wrangler is logged in to.

import { readFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { unstable_readConfig } from "wrangler";
import { parsePublicKeys, publicKeyPem, type PublicKey } from "../../../src/bundle/signature/public-key.ts";
import type { SigningKey } from "../../../src/bundle/signature/sign-bundle.ts";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import type { ObjectStore } from "../../../src/registry/store/object-store.ts";
import { authorOf } from "../../publish/author.ts";
import { openDestination } from "../../publish/destination.ts";
import { publishUnlessKnown } from "../../publish/publish.ts";
import { shipFallback } from "../../publish/ship-fallback.ts";
import { readSigningKey } from "../../publish/signing-key.ts";
import { readReleasedBundles } from "./released-bundles.ts";
import { writeWranglerConfig } from "./wrangler-config.ts";
import { exitCodeOf, spawnWrangler } from "./wrangler.ts";

/** `fallback` has names of models, `trust` PEM files with further public keys. */
export type DeployOptions = { env: string; key: string; trust: string[]; fallback: string[]; dryRun: boolean };

const FALLBACK_FOLDER = "dist/fallback";

export async function deploy(
  { env, key: keyPath, trust, fallback, dryRun }: DeployOptions,
  environment: NodeJS.ProcessEnv,
  output: NodeJS.WriteStream,
): Promise<Result<null, Failure<string>>> {
  const { r2_buckets, vars } = unstable_readConfig({ config: "wrangler.toml", env }, { hideWarnings: true });
  if ((vars["AUTHENTICATION"] ?? "required") !== "required") {
    return fail(
      "authentication_open",
      `wrangler.toml sets AUTHENTICATION in the environment ${env}; a deployed Worker has callers with keys or tokens`,
    );
  }
  const bucket = r2_buckets[0]?.bucket_name;
  if (!bucket) return fail("environment_unknown", `wrangler.toml binds no R2 bucket in an environment called ${env}`);
  const key = await readSigningKey(keyPath);
  if (!key.ok) return key;
  const trusted = await readTrustedKeys(key.value, trust);
  if (!trusted.ok) return trusted;
  const bundles = await readReleasedBundles();
  if (!bundles.ok) return bundles;
  const names = bundles.value.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(", ");

  const opened = dryRun ? ok(createMemoryStore()) : await openBucket(bucket, environment);
  if (!opened.ok) return opened;
  const store = opened.value;
  for (const bundle of bundles.value) {
    const published = await publishUnlessKnown(store, bundle, key.value, { ...authorOf(), channel: "stable" });
    if (!published.ok) return published;
  }
  output.write(
    dryRun
      ? `would create the R2 bucket ${bucket} if it is missing\nwould publish to it: ${names}\n`
      : `published to ${bucket}: ${names}\n`,
  );

  await rm(FALLBACK_FOLDER, { recursive: true, force: true });
  for (const model of fallback) {
    const shipped = await shipFallback(store, model, trusted.value.keys, FALLBACK_FOLDER);
    if (!shipped.ok) return shipped;
    output.write(`shipped with the Worker: ${model} ${shipped.value.version}\n`);
  }
  const args = [
    "deploy",
    "--minify",
    ...(fallback.length === 0
      ? []
      : ["--config", await writeWranglerConfig(FALLBACK_FOLDER, "dist/deploy/wrangler.json")]),
    "--env",
    env,
    "--var",
    `TRUSTED_KEYS:${trusted.value.pem}`,
    "--var",
    "AUTHENTICATION:required",
    ...(dryRun ? ["--dry-run", "--outdir", resolve("dist/deploy/worker")] : []),
  ];
  const code = await exitCodeOf(spawnWrangler(args, "inherit"));
  if (code !== 0) return fail("wrangler_failed", `wrangler deploy ended with exit code ${code}`);
  output.write(
    "\nThe Worker answers 503 until it knows its callers. A key: npm run edgescope -- key new NAME --models NAMES " +
      `--expires DATE\nand its record into: npx wrangler secret put API_KEYS --env ${env}\n`,
  );
  return ok(null);
}

/** The public half of the signing key, and whatever keys the files hold, with their dates. */
async function readTrustedKeys(
  { publicKey }: SigningKey,
  paths: readonly string[],
): Promise<Result<{ pem: string; keys: PublicKey[] }, Failure<string>>> {
  const texts = [await publicKeyPem(publicKey)];
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) return fail("key_missing", `${path} cannot be read`);
    const parsed = await parsePublicKeys(text);
    if (!parsed.ok) return fail(parsed.error.reason, `${path}: ${parsed.error.detail}`);
    texts.push(text);
  }
  const pem = texts.join("\n");
  const keys = await parsePublicKeys(pem);
  return keys.ok ? ok({ pem, keys: keys.value }) : keys;
}

async function openBucket(
  bucket: string,
  environment: NodeJS.ProcessEnv,
): Promise<Result<ObjectStore, Failure<string>>> {
  const created = await ensureBucket(bucket);
  if (!created.ok) return created;
  const opened = await openDestination("s3", { ...environment, EDGESCOPE_S3_BUCKET: bucket });
  return opened.ok ? ok(opened.value.store) : opened;
}

async function ensureBucket(bucket: string): Promise<Result<null, Failure<"bucket_missing">>> {
  if ((await exitCodeOf(spawnWrangler(["r2", "bucket", "info", bucket], "ignore"))) === 0) return ok(null);
  const code = await exitCodeOf(spawnWrangler(["r2", "bucket", "create", bucket], "inherit"));
  return code === 0 ? ok(null) : fail("bucket_missing", `the R2 bucket ${bucket} could not be created`);
}
