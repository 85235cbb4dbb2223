// Errors of the Open Inference Protocol: their shape, their statuses, and that they say nothing of what was posted.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { concatBytes, toBase64 } from "../../../src/base/bytes.ts";
import { requestBytes } from "../../interop/open-inference/request-bytes.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits, type Served } from "../served-digits.ts";
import { readAnswer } from "./read-answer.ts";

const INFER = "/v2/models/mnist/infer";
const MARKER = "DOE-JOHN-19700101";

let served: Served;
beforeAll(async () => {
  served = await serveDigits();
});

const input = (fields: object) => ({ inputs: [{ name: "image", shape: [1], datatype: "BYTES", ...fields }] });

const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({ method: "POST", body, headers });

/** A PNG's signature and a header of 60,000 x 60,000 pixels. */
const huge = "iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAAAAAAAAAAA";

describe("an error is an object with a sentence", () => {
  test.each<[status: number, code: string, path: string, init?: RequestInit]>([
    [400, "invalid_json", INFER, post("")],
    [400, "invalid_json", INFER, post(`{"${MARKER}"`)],
    [400, "invalid_request", INFER, post(JSON.stringify({ inputs: [{ name: MARKER }] }))],
    [400, "invalid_request", INFER, post("{}", { "inference-header-content-length": MARKER })],
    [400, "invalid_request", INFER, post("{}", { "inference-header-content-length": "-1" })],
    [400, "invalid_request", INFER, post("{}", { "inference-header-content-length": "3" })],
    [400, "invalid_compression", INFER, post(MARKER, { "content-encoding": "deflate" })],
    [400, "json_too_deep", INFER, post("[".repeat(17))],
    [400, "empty_body", INFER, post(JSON.stringify(input({ data: [""] })))],
    [404, "model_not_found", `/v2/models/${MARKER}`],
    [404, "model_not_found", `/v2/models/${MARKER}/infer`, post("{}")],
    [404, "model_not_found", `/v2/models/mnist/versions/${MARKER}/ready`],
    [404, "not_found", `/v2/${MARKER}`],
    [404, "not_found", `/v2/models/mnist/${MARKER}`],
    [405, "method_not_allowed", INFER],
    [405, "method_not_allowed", "/v2", post("{}")],
    [405, "method_not_allowed", "/v2/models/mnist/versions/1.0.0/ready", post("{}")],
    [413, "body_too_large", INFER, post(new Uint8Array(13 * 1024 * 1024))],
    [413, "too_many_images", INFER, post(JSON.stringify(input({ shape: [33], data: [""] })))],
    [413, "too_many_pixels", INFER, post(JSON.stringify(input({ data: [huge] })))],
    [415, "unsupported_content_encoding", INFER, post("{}", { "content-encoding": "br" })],
    [415, "unsupported_media_type", INFER, post(JSON.stringify(input({ data: [btoa(MARKER)] })))],
    [415, "unsupported_media_type", INFER, post(MARKER, { "inference-header-content-length": "0" })],
    [422, "image_truncated", INFER, post(JSON.stringify(input({ data: [huge.slice(0, 20)] })))],
  ])("%i for %s", async (status, code, path, init) => {
    const response = await served.request(path, init);
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/json"]);
    const body = await response.text();
    expect(JSON.parse(body)).toEqual({ error: expect.any(String) });
    expect(body).not.toContain(MARKER);
    expect(served.log.at(-1)).toMatchObject({ status, code });
    expect(JSON.stringify(served.log.at(-1))).not.toContain(MARKER);
  });

  test("405 names the method that is answered", async () => {
    expect((await served.request(INFER)).headers.get("allow")).toBe("POST");
    expect((await served.request("/v2", { method: "DELETE" })).headers.get("allow")).toBe("GET");
  });

  test("a failure of ours is one too, and says to come back when that may help", async () => {
    const broken = await serveDigits({ readImage: () => Promise.reject(new Error(MARKER)) });
    const failed = await broken.request(INFER, post(JSON.stringify(input({ data: [huge] }))));
    expect([failed.status, await failed.json()]).toEqual([500, { error: expect.not.stringContaining(MARKER) }]);
    broken.objects.clear();
    const unready = await broken.request("/v2/health/ready");
    expect([unready.status, unready.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await unready.json()).toEqual({ error: expect.any(String) });
    expect((await broken.request("/v2/health/live")).status).toBe(200);
  });
});

test("a batch with one image that fails is refused as that image is", async () => {
  const seven = toBase64(new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png"))));
  const batch = (second: string) => post(JSON.stringify(input({ shape: [2], data: [seven, second] })));
  expect((await served.request(INFER, batch(seven))).status).toBe(200);
  const response = await served.request(INFER, batch(btoa("GIF89a")));
  expect(response.status).toBe(415);
  expect(await response.json()).toEqual({ error: "the image is neither PNG, JPEG nor WebP" });
});

test("mutated requests are answered or refused, and never fail", async () => {
  const valid = requestBytes(
    {
      id: "42",
      inputs: [{ name: "image", shape: [1, 2, 2, 1], datatype: "UINT8", parameters: { binary_data_size: 4 } }],
      outputs: [{ name: "probabilities", parameters: { classification: 3, binary_data: true } }],
    },
    [0, 51, 102, 255],
  );
  const { body, headerBytes } = valid;
  const mutation = fc.record({
    at: fc.nat(body.length - 1),
    removed: fc.nat({ max: 3 }),
    inserted: fc.uint8Array({ maxLength: 3 }),
  });
  const header = fc.oneof(fc.constant(headerBytes), fc.nat({ max: body.length + 4 }));
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { maxLength: 2 }), header, async (mutations, claimed) => {
      let mutated = body;
      for (const { at, removed, inserted } of mutations) {
        mutated = concatBytes([mutated.subarray(0, at), inserted, mutated.subarray(at + removed)]);
      }
      const response = await served.request(
        INFER,
        post(mutated, { "inference-header-content-length": String(claimed) }),
      );
      statuses.add(response.status);
      const answer = await readAnswer(response);
      expect([200, 400, 413, 415]).toContain(response.status);
      expect(Array.isArray(answer.outputs) || typeof answer["error"] === "string").toBe(true);
    }),
    { seed: 20_261_122, numRuns: 300 },
  );
  expect(statuses).toContain(200);
  expect(statuses).toContain(400);
});
