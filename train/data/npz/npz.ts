// Arrays out of a NumPy archive (`.npz`: a zip of `.npy` files), one entry at a time. What the archive declares is
// bounded before anything is inflated, and every entry that is read has the size and the CRC it declares.

import { crc32 } from "node:zlib";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { parseNpy, type Npy } from "./npy.ts";

export type NpzReason = "zip_invalid" | "npy_invalid";

/** MedMNIST's archives have six. */
const MAX_ENTRIES = 64;
/** The largest array of MedMNIST at 28 pixels, PathMNIST's training images, has 212 MB. */
const MAX_ENTRY_BYTES = 1024 * 1024 * 1024;
/** Deflate cannot make more than this of a byte (zlib's technical details, "maximum compression factor"). */
const MAX_DEFLATE_RATIO = 1032;
const STORED = 0;
const DEFLATED = 8;

/** Reads the arrays called `names`; each stands in the archive as `<name>.npy`, exactly once. */
export async function readNpz<Name extends string>(
  path: string,
  names: readonly Name[],
): Promise<Result<Record<Name, Npy>, Failure<NpzReason>>> {
  const entries = await findEntries(path, names);
  if (!entries.ok) return entries;
  const { zip, found } = entries.value;
  try {
    const arrays: Partial<Record<Name, Npy>> = {};
    for (const name of names) {
      const entry = found.get(name);
      if (!entry) return fail("zip_invalid", `${path} has no ${name}.npy`);
      const bytes = await inflateEntry(zip, entry, `${path}: ${name}.npy`);
      if (!bytes.ok) return bytes;
      const array = parseNpy(bytes.value, `${path}: ${name}.npy`);
      if (!array.ok) return array;
      arrays[name] = array.value;
    }
    return ok(arrays as Record<Name, Npy>);
  } finally {
    zip.close();
  }
}

async function findEntries<Name extends string>(
  path: string,
  names: readonly Name[],
): Promise<Result<{ zip: ZipFile; found: Map<Name, Entry> }, Failure<"zip_invalid">>> {
  let zip: ZipFile | undefined;
  const refuse = (what: string) => {
    zip?.close();
    return fail("zip_invalid", `${path}: ${what}`);
  };
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
    if (zip.entryCount > MAX_ENTRIES) return refuse(`${zip.entryCount} entries, more than ${MAX_ENTRIES}`);
    const found = new Map<Name, Entry>();
    for await (const entry of zip.eachEntry()) {
      const name = names.find((wanted) => entry.fileName === `${wanted}.npy`);
      if (name === undefined) continue;
      if (found.has(name)) return refuse(`${name}.npy stands in it twice`);
      found.set(name, entry);
    }
    return ok({ zip, found });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : "not a zip archive");
  }
}

async function inflateEntry(
  zip: ZipFile,
  entry: Entry,
  name: string,
): Promise<Result<Uint8Array<ArrayBuffer>, Failure<"zip_invalid">>> {
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted() || (compressionMethod !== STORED && compressionMethod !== DEFLATED))
    return fail("zip_invalid", `${name}: encrypted, or compressed with something other than deflate`);
  if (uncompressedSize > MAX_ENTRY_BYTES || uncompressedSize > compressedSize * MAX_DEFLATE_RATIO)
    return fail("zip_invalid", `${name}: declares ${uncompressedSize} bytes, more than are accepted or can be there`);
  let received = 0;
  let crc = 0;
  try {
    // Refuses an entry that lies outside the file, before the buffer for it is made.
    const stream = await zip.openReadStreamPromise(entry);
    const bytes = new Uint8Array(uncompressedSize);
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      // yauzl ends a stream that grows beyond the declared size; `set` would throw if it did not.
      bytes.set(chunk, received);
      received += chunk.length;
      crc = crc32(chunk, crc);
    }
    if (received !== uncompressedSize)
      return fail("zip_invalid", `${name}: ends at offset ${received} of ${uncompressedSize}`);
    if (crc !== entry.crc32) return fail("zip_invalid", `${name}: its CRC is not the one the archive states`);
    return ok(bytes);
  } catch (error) {
    return fail("zip_invalid", `${name}: offset ${received}: ${error instanceof Error ? error.message : "damaged"}`);
  }
}
