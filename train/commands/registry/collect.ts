// `edgescope gc`: removes what no channel and no recent history names; without --yes it only says what that would be.

import { ok, type Failure, type Result } from "../../../src/base/result.ts";
import { findGarbage, type Garbage } from "../../registry/find-garbage.ts";
import { removeGarbage } from "../../registry/remove-garbage.ts";
import { inRegistry, type RegistryContext } from "./in-registry.ts";
import { kilobytes } from "./list.ts";

export type CollectFlags = { graceDays: number; keep: number; yes: boolean };

const DAY_MS = 24 * 60 * 60 * 1000;

export function collect(
  { graceDays, keep, yes }: CollectFlags,
  context: RegistryContext,
): Promise<Result<null, Failure<string>>> {
  return inRegistry(context, async (store) => {
    const policy = { writtenBefore: Date.now() - graceDays * DAY_MS, keepVersions: keep };
    const found = await findGarbage(store, policy);
    if (!found.ok) return found;
    if (!yes) {
      context.output.write(`${describe(found.value, "would be removed")}${hint(found.value)}`);
      return ok(null);
    }
    const removed = await removeGarbage(store, found.value, policy);
    if (!removed.ok) return removed;
    context.output.write(describe(removed.value, "removed"));
    return ok(null);
  });
}

function describe({ versions, blobs }: Garbage, done: string): string {
  const bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 0);
  const lines = versions.map(({ name, version }) => `${name} ${version} ${done}\n`);
  return `${lines.join("")}${versions.length} versions and ${blobs.length} files of ${kilobytes(bytes)} ${done}\n`;
}

const hint = ({ versions, blobs }: Garbage): string =>
  versions.length + blobs.length === 0 ? "" : "Nothing was removed; run it again with --yes.\n";
