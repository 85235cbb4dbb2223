// `edgescope list`: the models of a registry, their versions, how large they are and which channels name them.

import { ok, type Failure, type Result } from "../../../src/base/result.ts";
import { readInventory } from "../../registry/inventory.ts";
import { readStoredManifest } from "../../../src/registry/stored-version.ts";
import { alignColumns } from "../align-columns.ts";
import { inRegistry, type RegistryContext } from "./in-registry.ts";

export function list(context: RegistryContext): Promise<Result<null, Failure<string>>> {
  return inRegistry(context, async (store) => {
    const inventory = await readInventory(store);
    if (!inventory.ok) return inventory;
    const { versions, blobs, channels } = inventory.value;
    const rows: string[][] = [];
    for (const { name, version, writtenAt } of versions) {
      const read = await readStoredManifest(store, name, version);
      const bytes = read.ok ? read.value.manifest.files.reduce((sum, file) => sum + file.bytes, 0) : undefined;
      const naming = Object.entries(channels.get(name)?.channels ?? {}).filter(([, to]) => to.version === version);
      rows.push([
        name,
        version,
        bytes === undefined ? "unreadable" : kilobytes(bytes),
        new Date(writtenAt).toISOString().slice(0, 16).replace("T", " "),
        naming.map(([channel]) => channel).join(", ") || "-",
      ]);
    }
    const stored = [...blobs.values()].reduce((sum, blob) => sum + blob.bytes, 0);
    context.output.write(
      rows.length === 0
        ? `${context.in}: nothing is published\n`
        : alignColumns([["MODEL", "VERSION", "SIZE", "UPLOADED (UTC)", "CHANNELS"], ...rows]),
    );
    context.output.write(`${blobs.size} files, ${kilobytes(stored)} together; equal files are stored once\n`);
    return ok(null);
  });
}

export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
