// The released bundles of the checkout.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { readBundleFolder } from "../../pack/bundle-folder.ts";
import type { PackedBundle } from "../../pack/pack-bundle.ts";

const FOLDER = "models";

export async function readReleasedBundles(): Promise<Result<PackedBundle[], Failure<"bundle_broken">>> {
  const bundles: PackedBundle[] = [];
  const entries = await readdir(FOLDER, { withFileTypes: true });
  for (const name of entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()) {
    const folder = join(FOLDER, name);
    const bundle = await readBundleFolder(folder);
    if (!bundle.ok) {
      return fail(
        "bundle_broken",
        `the bundle in ${folder} is broken (${bundle.error.detail}). Restore it with: git checkout ${folder}`,
      );
    }
    bundles.push(bundle.value);
  }
  return ok(bundles);
}
