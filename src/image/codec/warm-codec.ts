// Keeps one WebAssembly instance of a codec ready between images, and forgets it whenever it may be damaged or bloated.
// A trap or abort leaves an instance in an unknown state, and WebAssembly memory grows but never shrinks.

import type { Result } from "../../base/result.ts";

/** Lends the instance for one synchronous call; two calls never share it. */
export type UseCodec<Codec> = <Value, Failure>(use: (codec: Codec) => Result<Value, Failure>) => Result<Value, Failure>;

/**
 * An instance is kept after a success that left its memory at or below `keepBytes`; after a failure, a throw or a large
 * image the next call makes another. Borrowing is synchronous, so concurrent requests can neither meet in one instance
 * nor wait for a promise of another request, which workerd forbids.
 */
export function createWarmCodec<Codec extends { memory: WebAssembly.Memory }>(
  createCodec: () => Codec,
  keepBytes: number,
): UseCodec<Codec> {
  let idle: Codec | undefined;
  return (use) => {
    const codec = idle ?? createCodec();
    idle = undefined;
    const result = use(codec);
    if (result.ok && codec.memory.buffer.byteLength <= keepBytes) idle = codec;
    return result;
  };
}
