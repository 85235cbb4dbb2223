// One image file: found, pinned by its digest, and read again when its pixels are asked for.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { fail, type Failure, type Result } from "../../../src/base/result.ts";
import type { InputSpec } from "../../../src/bundle/manifest.ts";
import type { DecodeImage } from "../../../src/image/decode-image.ts";
import type { Pixels } from "../../../src/image/pixels.ts";
import { toReadLimits } from "../../../src/preprocess/read-limits.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import type { ImageFile, ReadReason } from "../dataset.ts";

/** Far above a radiograph of any format read here. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** A radiograph of 8,000 x 8,000; decoded as RGBA it takes 256 MB. */
const MAX_PIXELS = 64 * 1024 * 1024;

/** Hex SHA-256 of a file of any size; undefined when it cannot be read. */
export async function digestFile(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}

/** The pixels of the very bytes that the digest pins: as the edge would read them for an input, or whole. */
export async function readImageFile(
  file: ImageFile,
  decodeImage: DecodeImage,
  input?: InputSpec,
): Promise<Result<Pixels, Failure<ReadReason>>> {
  const bytes = await readBytes(file.path);
  if (bytes === undefined) return fail("file_unreadable", "the file cannot be read");
  if (bytes === "too large") return fail("file_too_large", `the file has more than ${MAX_FILE_BYTES} bytes`);
  if ((await sha256Hex(bytes)) !== file.sha256)
    return fail("file_changed", "the file is not what it was when the data set was opened");
  const decoded = await decodeImage(bytes, { ...(input && toReadLimits(input)), maxPixels: MAX_PIXELS });
  return decoded.ok ? { ok: true, value: decoded.value.pixels } : decoded;
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | "too large" | undefined> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    return size > MAX_FILE_BYTES ? "too large" : new Uint8Array(await file.readFile());
  } catch {
    return undefined;
  }
}
