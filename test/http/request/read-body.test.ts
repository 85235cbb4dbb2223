// A body's length is the caller's word: room is made by it, and a caller who lies gains and breaks nothing.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { ok } from "../../../src/base/result.ts";
import type { Env } from "../../../src/http/env.ts";
import { readBody } from "../../../src/http/request/read-body.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits } from "../served-digits.ts";

const MAX_BYTES = 8 * 1024 * 1024;

const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));
const digits = await serveDigits();

const post = (body: BodyInit, length: string): Promise<Response> => {
  const init = { method: "POST", body, duplex: "half", headers: { "content-length": length } };
  return digits.request("/v1/models/mnist/classify", init);
};

test.each([MAX_BYTES, MAX_BYTES + 1])("what is shorter than the %i bytes that it says is what came", async (length) => {
  const answered = await post(seven, String(length));
  expect(await answered.json()).toMatchObject({ decision: { label: "7" } });
  const nothing = new ReadableStream({ pull: (controller) => controller.close() });
  expect(await (await post(nothing, String(length))).json()).toMatchObject({ code: "empty_body" });
});

test.each(["0", "1", "59"])("what is longer than the %s bytes that it says is refused", async (length) => {
  const answered = await post(seven, length);
  expect(answered.status).toBe(413);
  expect(await answered.json()).toMatchObject({
    code: "body_too_large",
    detail: "the body has more bytes than its Content-Length says",
  });
});

test.each(["9007199254740993", "9".repeat(400)])("nothing is taken for a body of %s bytes", async (length) => {
  expect(await (await post(seven, length)).json()).toMatchObject({
    code: "body_too_large",
    detail: "the body may have at most 8388608 bytes here",
  });
});

test.each<[string, Record<string, string>, copies: number | undefined, bytes: number]>([
  ["its buffer, and half of it is not collected yet", { "content-length": "1000" }, undefined, 1500],
  ["what is made of it", { "content-length": "1000" }, 4, 4000],
  ["the longest in pieces and in one, without a length", {}, undefined, 2 * 1_000_000],
  ["what is made of the longest, without a length", {}, 3, 3 * 1_000_000],
  ["the longest, where it says that it is longer", { "content-length": "1000001" }, undefined, 1.5 * 1_000_000],
  [
    "it as it came, as it is inflated from, and the most that it may inflate to",
    { "content-length": "1000", "content-encoding": "gzip" },
    undefined,
    2 * 1000 + 1.5 * 1_000_000,
  ],
])("room for a body is room for %s", async (_, headers, copies, bytes) => {
  const asked: number[] = [];
  const app = new Hono<Env>().post("/", async (c) => {
    c.set("now", () => 0);
    c.set("maxBodyMs", 1000);
    c.set("releases", []);
    c.set("facts", {});
    c.set("admit", async (cost) => {
      asked.push(cost.bytes);
      return ok(() => undefined);
    });
    await readBody(c, 1_000_000, copies);
    return c.body(null);
  });
  await app.request("/", { method: "POST", body: new Uint8Array(10), headers });
  expect(asked).toEqual([bytes]);
});
