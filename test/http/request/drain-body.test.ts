// A caller who is refused before their body is read has sent it all the same, and is answered when it has come.

import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/http/request/limits.ts";
import { serveDigits } from "../served-digits.ts";

const MEGABYTE = 1024 * 1024;

/** `sent` counts what has been asked for; without an end it goes on as long as somebody reads. */
function sending(megabytes: number) {
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent === megabytes) return controller.close();
        sent++;
        controller.enqueue(new Uint8Array(MEGABYTE));
      },
      cancel: () => void (cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { body, sent: () => sent, isCancelled: () => cancelled };
}

const refuse = async (body: BodyInit, headers: Record<string, string> = {}) => {
  const { request } = await serveDigits({ limits: { ...DEFAULT_LIMITS, maxBodyMs: 200 } });
  const init = { method: "POST", body, duplex: "half", headers } as RequestInit;
  return (await request("/v1/models/absent/classify", init)).status;
};

test("what a refused caller sends is read to its end", async () => {
  const sender = sending(6);
  expect(await refuse(sender.body)).toBe(404);
  expect(sender.sent()).toBe(6);
});

test("of what has no end, eight megabytes are read", async () => {
  const sender = sending(Infinity);
  expect(await refuse(sender.body)).toBe(404);
  expect(sender.sent()).toBe(9);
  expect(sender.isCancelled()).toBe(true);
});

test("nothing is read of what says that it is longer", async () => {
  const sender = sending(9);
  expect(await refuse(sender.body, { "content-length": String(9 * MEGABYTE) })).toBe(404);
  expect(sender.sent()).toBe(0);
});

test("nobody waits for what does not come", async () => {
  expect(await refuse(new ReadableStream())).toBe(404);
});

test("a caller who goes away meanwhile is nobody's failure", async () => {
  expect(await refuse(new ReadableStream({ pull: (controller) => controller.error(new Error("lost")) }))).toBe(404);
});
