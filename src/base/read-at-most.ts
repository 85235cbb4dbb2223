// Reads a stream whose length nobody vouches for.

import { concatBytes } from "./bytes.ts";

/**
 * The whole stream, or undefined if it has more than `maxBytes`. Of what is too much, up to `drainBytes` are read and
 * thrown away; a stream that goes on after that is cancelled.
 */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  drainBytes = 0,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream ?? []) {
    length += part.length;
    if (length > maxBytes + drainBytes) return undefined;
    if (length > maxBytes) parts.length = 0;
    else parts.push(part);
  }
  return length > maxBytes ? undefined : concatBytes(parts);
}
