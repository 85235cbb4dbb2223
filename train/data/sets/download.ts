// Downloads a file into the cache: mirrors in turn, resumed where an earlier attempt broke off, renamed when complete.

import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";

/** Time without a byte after which a mirror is given up. */
const STALL_TIMEOUT_MS = 30_000;

/** `totalBytes` is undefined when the server does not say. */
export type DownloadProgress = (receivedBytes: number, totalBytes: number | undefined) => void;

/** Whoever calls verifies the content; what is here already is taken as it is. */
export async function downloadFile(
  urls: readonly string[],
  path: string,
  maxBytes: number,
  onProgress: DownloadProgress,
): Promise<Result<null, Failure<"download_failed">>> {
  if (await sizeOf(path)) return ok(null);
  await mkdir(dirname(path), { recursive: true });
  const attempts: string[] = [];
  for (const url of urls) {
    try {
      await fetchInto(url, `${path}.part`, maxBytes, onProgress);
      await rename(`${path}.part`, path);
      return ok(null);
    } catch (error) {
      attempts.push(`${new URL(url).host}: ${describe(error)}`);
    }
  }
  return fail("download_failed", attempts.join("; "));
}

async function fetchInto(url: string, path: string, maxBytes: number, onProgress: DownloadProgress): Promise<void> {
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(new Error("no data in time")), STALL_TIMEOUT_MS);
  let received = 0;
  try {
    const have = await sizeOf(path);
    const response = await fetch(url, { signal: stalled.signal, headers: have ? { range: `bytes=${have}-` } : {} });
    if (response.status === 416) await rm(path);
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    // A server that ignores the range sends the whole file again; one that sends another part cannot be used.
    const resumed = response.status === 206;
    if (resumed && !response.headers.get("content-range")?.startsWith(`bytes ${have}-`))
      throw new Error("another range");
    if (resumed) received = have;
    const length = Number(response.headers.get("content-length"));
    const total = length ? received + length : undefined;
    const counted = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        timer.refresh();
        received += chunk.length;
        onProgress(received, total);
        done(received > maxBytes ? new Error(`more than ${maxBytes} bytes`) : null, chunk);
      },
    });
    await pipeline(
      response.body as AsyncIterable<Uint8Array>,
      counted,
      createWriteStream(path, { flags: resumed ? "a" : "w" }),
    );
  } catch (error) {
    // What is too long is another file, and the next mirror must not go on from it.
    if (received > maxBytes) await rm(path, { force: true });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
}

/** Node hides the reason of a failed fetch in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
