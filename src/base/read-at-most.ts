// Reads a stream whose length nobody vouches for.

import { concatBytes } from "./bytes.ts";

/** The whole stream, or undefined as soon as more than `maxBytes` have arrived; the rest is then cancelled. */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream ?? []) {
    length += part.length;
    if (length > maxBytes) return undefined;
    parts.push(part);
  }
  return concatBytes(parts);
}
