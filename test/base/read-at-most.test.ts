// A stream is read up to a ceiling and not one byte further.

import { expect, test } from "vitest";
import { readAtMost } from "../../src/base/read-at-most.ts";

/** Gives the parts one by one, only when asked, and tells what became of it. */
function streamOf(...parts: number[][]) {
  const fate = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const part = parts[fate.pulled];
        if (part === undefined) return controller.close();
        fate.pulled++;
        controller.enqueue(Uint8Array.from(part));
      },
      cancel() {
        fate.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, fate };
}

test("reads a stream of exactly the limit", async () => {
  const { stream, fate } = streamOf([1, 2], [3]);
  expect(await readAtMost(stream, 3)).toEqual(Uint8Array.of(1, 2, 3));
  expect(fate.cancelled).toBe(false);
});

test("gives up at one byte more, and cancels what has not arrived", async () => {
  const { stream, fate } = streamOf([1, 2], [3, 4], [5], [6]);
  expect(await readAtMost(stream, 3)).toBeUndefined();
  expect(fate).toEqual({ pulled: 2, cancelled: true });
});

test("reads a little too much to its end and gives none of it", async () => {
  const { stream, fate } = streamOf([1, 2], [3, 4], [5]);
  expect(await readAtMost(stream, 3, { drainBytes: 2 })).toBeUndefined();
  expect(fate).toEqual({ pulled: 3, cancelled: false });
});

test("cancels what goes on beyond what it is willing to drain", async () => {
  const { stream, fate } = streamOf([1, 2], [3, 4], [5], [6], [7]);
  expect(await readAtMost(stream, 3, { drainBytes: 2 })).toBeUndefined();
  expect(fate).toEqual({ pulled: 4, cancelled: true });
});

test("reads what is said to have a length into one buffer of that length", async () => {
  const read = await readAtMost(streamOf([1, 2], [3]).stream, 5, { length: 3 });
  expect(read).toEqual(Uint8Array.of(1, 2, 3));
  expect(read?.buffer.byteLength).toBe(3);
});

test("reads what is shorter than it is said to be as what came", async () => {
  expect(await readAtMost(streamOf([1], [2]).stream, 5, { length: 4 })).toEqual(Uint8Array.of(1, 2));
});

test("gives none of what is longer than it is said to be, and drains it as it drains anything", async () => {
  const longer = streamOf([1, 2], [3], [4], [5]);
  expect(await readAtMost(longer.stream, 5, { length: 2 })).toBeUndefined();
  expect(longer.fate).toEqual({ pulled: 2, cancelled: true });
  const drained = streamOf([1, 2], [3], [4]);
  expect(await readAtMost(drained.stream, 5, { length: 2, drainBytes: 2 })).toBeUndefined();
  expect(drained.fate).toEqual({ pulled: 3, cancelled: false });
});

test("takes nothing for a length beyond the limit: such a stream is read as one of unknown length", async () => {
  expect(await readAtMost(streamOf([1, 2], [3]).stream, 3, { length: 2 ** 53 })).toEqual(Uint8Array.of(1, 2, 3));
  expect(await readAtMost(streamOf([1, 2], [3, 4]).stream, 3, { length: 2 ** 53 })).toBeUndefined();
});

test("reads nothing where nothing is said to come, and refuses a byte there", async () => {
  expect(await readAtMost(streamOf().stream, 3, { length: 0 })).toEqual(new Uint8Array());
  expect(await readAtMost(streamOf([1]).stream, 3, { length: 0 })).toBeUndefined();
});

test("reads a missing stream as no bytes", async () => {
  expect(await readAtMost(null, 3)).toEqual(new Uint8Array());
});

test("reads an empty stream under a limit of nothing", async () => {
  expect(await readAtMost(streamOf().stream, 0)).toEqual(new Uint8Array());
});

test("passes on the error of a stream that breaks", async () => {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.error(new Error("connection lost"));
    },
  });
  await expect(readAtMost(stream, 3)).rejects.toThrow("connection lost");
});

test("cancels a stream that its caller no longer waits for", async () => {
  const stream = streamOf([1]).stream;
  const forever = new ReadableStream<Uint8Array>();
  const given = new AbortController();
  const read = readAtMost(forever, 3, { signal: given.signal });
  given.abort();
  expect(await read).toEqual(new Uint8Array());
  expect(await readAtMost(stream, 3, { signal: new AbortController().signal })).toEqual(Uint8Array.of(1));
});
