// Reads a stream whose length nobody vouches for.

import { concatBytes } from "./bytes.ts";

/**
 * The whole stream, or undefined if it has more than `maxBytes`. When `signal` is aborted, the stream is cancelled. Of what is too
 * much, up to `drainBytes` are read and thrown away; a stream that goes on after that is cancelled.
 */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  drainBytes = 0,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!stream) return new Uint8Array(0);
  const reader = stream.getReader();
  // A read that is waiting ends as if the stream had, or fails: runtimes differ.
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", cancel, { once: true });
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      length += read.value.length;
      if (length > maxBytes + drainBytes) {
        cancel();
        return undefined;
      }
      if (length > maxBytes) parts.length = 0;
      else parts.push(read.value);
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
  return length > maxBytes ? undefined : concatBytes(parts);
}
