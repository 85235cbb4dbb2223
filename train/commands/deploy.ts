// `edgescope deploy`: bucket, bundles, Worker, in that order, on a Cloudflare account that Wrangler is logged in to.

import { unstable_readConfig } from "wrangler";
import { publicKeyPem } from "../../src/bundle/public-key.ts";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { authorOf } from "../publish/author.ts";
import { openDestination } from "../publish/destination.ts";
import { publishUnlessKnown } from "../publish/publish.ts";
import { readSigningKey } from "../publish/signing-key.ts";
import { readReleasedBundles } from "./released-bundles.ts";
import { exitCodeOf, spawnWrangler } from "./wrangler.ts";

export type DeployOptions = { env: string; key: string; dryRun: boolean };

export async function deploy(
  { env, key: keyPath, dryRun }: DeployOptions,
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
  const bundles = await readReleasedBundles();
  if (!bundles.ok) return bundles;
  const names = bundles.value.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(", ");

  if (dryRun) {
    output.write(`would create the R2 bucket ${bucket} if it is missing\nwould publish to it: ${names}\n`);
  } else {
    const created = await ensureBucket(bucket);
    if (!created.ok) return created;
    const opened = await openDestination("s3", { ...environment, EDGESCOPE_S3_BUCKET: bucket });
    if (!opened.ok) return opened;
    for (const bundle of bundles.value) {
      const published = await publishUnlessKnown(opened.value.store, bundle, key.value, {
        ...authorOf(),
        channel: "stable",
      });
      if (!published.ok) return published;
    }
    output.write(`published to ${bucket}: ${names}\n`);
  }

  const trustedKeys = await publicKeyPem(key.value.publicKey);
  const args = [
    "deploy",
    "--env",
    env,
    "--var",
    `TRUSTED_KEYS:${trustedKeys}`,
    "--var",
    "AUTHENTICATION:required",
    ...(dryRun ? ["--dry-run", "--outdir", "dist/deploy"] : []),
  ];
  const code = await exitCodeOf(spawnWrangler(args, "inherit"));
  if (code !== 0) return fail("wrangler_failed", `wrangler deploy ended with exit code ${code}`);
  output.write(
    "\nThe Worker answers 503 until it knows its callers. A key: npm run edgescope -- key new NAME --models NAMES " +
      `--expires DATE\nand its record into: npx wrangler secret put API_KEYS --env ${env}\n`,
  );
  return ok(null);
}

async function ensureBucket(bucket: string): Promise<Result<null, Failure<"bucket_missing">>> {
  if ((await exitCodeOf(spawnWrangler(["r2", "bucket", "info", bucket], "ignore"))) === 0) return ok(null);
  const code = await exitCodeOf(spawnWrangler(["r2", "bucket", "create", bucket], "inherit"));
  return code === 0 ? ok(null) : fail("bucket_missing", `the R2 bucket ${bucket} could not be created`);
}
