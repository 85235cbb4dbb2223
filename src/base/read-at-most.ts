// Reads a stream whose length nobody vouches for.

import { concatBytes } from "./bytes.ts";

export type ReadOptions = {
  /** The length that the stream is said to have, within the limit: read into one buffer, and more of it is too much. */
  length?: number | undefined;
  /** Of what is too much, up to so many bytes are read and thrown away; a stream that goes on after that is cancelled. */
  drainBytes?: number;
  /** When it is aborted, the stream is cancelled. */
  signal?: AbortSignal;
};

/** The whole stream, or undefined if it has more than `maxBytes`. Without a length it stands in memory twice: in pieces, and in one. */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  { length, drainBytes = 0, signal }: ReadOptions = {},
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!stream) return new Uint8Array(0);
  const whole = length === undefined || length > maxBytes ? undefined : new Uint8Array(length);
  const limit = whole?.length ?? maxBytes;
  const reader = stream.getReader();
  // A read that is waiting ends as if the stream had, or fails: runtimes differ.
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", cancel, { once: true });
  const parts: Uint8Array[] = [];
  let arrived = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const at = arrived;
      arrived += read.value.length;
      if (arrived > limit + drainBytes) {
        cancel();
        return undefined;
      }
      if (arrived > limit) parts.length = 0;
      else if (whole) whole.set(read.value, at);
      else parts.push(read.value);
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
  if (arrived > limit) return undefined;
  return whole?.subarray(0, arrived) ?? concatBytes(parts);
}
