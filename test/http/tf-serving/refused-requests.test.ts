// What the dialect refuses, in the shape that its clients read.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ok } from "../../../src/base/result.ts";
import type { Model } from "../../../src/model/model.ts";
import { readBundleFolder } from "../../../train/pack/bundle-folder.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits } from "../served-digits.ts";

const MNIST = "/v1/models/mnist";
const served = await serveDigits();
const seven = { b64: (await readFile(join(DIGITS_FOLDER, "examples/7.png"))).toString("base64") };
const truncated = { b64: seven.b64.slice(0, 100) };

const post = (path: string, body: unknown, headers = {}) =>
  served.request(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers });

/** The status, the body and what was logged: the code is for the log, the protocol has no place for it. */
async function refusal(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/json");
  const body = await response.json();
  expect(body).toEqual({ error: expect.any(String) });
  return [response.status, served.log.at(-1)?.code, body.error];
}

describe("with one sentence and nothing else is refused", () => {
  test.for<[what: string, path: string, body: unknown, status: number, code: string, error: string]>([
    ["no body", `${MNIST}:predict`, "", 400, "invalid_json", "the body is not JSON in UTF-8"],
    [
      "NaN, which is not JSON",
      `${MNIST}:predict`,
      '{"instances":[[[NaN]]]}',
      400,
      "invalid_json",
      "the body is not JSON in UTF-8",
    ],
    ["neither rows nor columns", `${MNIST}:predict`, {}, 400, "invalid_request", "the JSON is not what is asked for"],
    [
      "no rows",
      `${MNIST}:predict`,
      { instances: [] },
      400,
      "invalid_request",
      "the JSON's instances is not what is asked for",
    ],
    [
      "a sample out of range",
      `${MNIST}:predict`,
      { instances: [[[-1]]] },
      400,
      "invalid_request",
      "instances[0][0][0] is not one number from 0 to 255 for each channel",
    ],
    [
      "several inputs",
      `${MNIST}:predict`,
      { instances: [{ tag: "foo", signal: [1], sensor: [[1]] }] },
      400,
      "invalid_request",
      "instances[0] does not name one image",
    ],
    [
      "base64 that is none",
      `${MNIST}:predict`,
      { instances: [{ b64: "*" }] },
      400,
      "invalid_base64",
      "instances[0] is not base64",
    ],
    [
      "an image that is none",
      `${MNIST}:predict`,
      { instances: [seven, { b64: "Zm9v" }] },
      415,
      "unsupported_media_type",
      "the image is neither PNG, JPEG nor WebP",
    ],
    [
      "one damaged image of several",
      `${MNIST}:predict`,
      { instances: [seven, truncated] },
      422,
      "image_truncated",
      "the PNG ends before its IEND chunk",
    ],
    [
      "and so for classify",
      `${MNIST}:classify`,
      { examples: [{ x: truncated }] },
      422,
      "image_truncated",
      "the PNG ends before its IEND chunk",
    ],
    [
      "an unknown model",
      "/v1/models/absent:predict",
      { instances: [seven] },
      404,
      "model_not_found",
      "no model has this name",
    ],
    [
      "an unknown version",
      `${MNIST}/versions/9.9.9:predict`,
      { instances: [seven] },
      404,
      "model_not_found",
      "no channel of the model names this version or ever did",
    ],
    [
      "an integer for a version",
      `${MNIST}/versions/1:predict`,
      { instances: [seven] },
      404,
      "model_not_found",
      "no channel of the model names this version or ever did",
    ],
    [
      "an unknown label",
      `${MNIST}/labels/beta:predict`,
      { instances: [seven] },
      404,
      "model_not_found",
      "the model has no such channel",
    ],
    [
      "regression",
      `${MNIST}:regress`,
      { examples: [{ x: 1 }] },
      404,
      "not_found",
      "a model answers :predict and :classify",
    ],
    [
      "an explanation",
      `${MNIST}:explain`,
      { instances: [seven] },
      404,
      "not_found",
      "a model answers :predict and :classify",
    ],
    [
      "too many images",
      `${MNIST}:predict`,
      { instances: Array.from({ length: 33 }, () => "") },
      413,
      "too_many_images",
      "a request may have at most 32 images",
    ],
    [
      "an image of too many pixels",
      `${MNIST}:predict`,
      { instances: ["iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAAAAAAAAAAA"] },
      413,
      "too_many_pixels",
      "the image has more pixels than are accepted",
    ],
    [
      "JSON that is too deep",
      `${MNIST}:predict`,
      "[".repeat(100),
      400,
      "json_too_deep",
      "the JSON is nested deeper than 16 levels",
    ],
  ])("%s", async ([, path, body, ...expected]) => {
    expect(await refusal(await post(path, body))).toEqual(expected);
  });

  test("a body that is not compressed as it says", async () => {
    const body = { instances: [seven] };
    expect(await refusal(await post(`${MNIST}:predict`, body, { "content-encoding": "gzip" }))).toEqual([
      400,
      "invalid_compression",
      expect.any(String),
    ]);
    expect(await refusal(await post(`${MNIST}:predict`, body, { "content-encoding": "br" }))).toEqual([
      415,
      "unsupported_content_encoding",
      expect.any(String),
    ]);
  });

  test("another method, with the one that is answered", async () => {
    for (const [path, method, allow] of [
      [`${MNIST}:predict`, "GET", "POST"],
      [`${MNIST}/labels/stable:classify`, "PUT", "POST"],
      [`${MNIST}/metadata`, "POST", "GET"],
      [`${MNIST}/versions/1.0.0`, "DELETE", "GET"],
      [`${MNIST}/labels/stable/metadata`, "POST", "GET"],
    ]) {
      const response = await served.request(path, { method });
      expect(response.headers.get("allow")).toBe(allow);
      expect(await refusal(response)).toEqual([405, "method_not_allowed", expect.any(String)]);
    }
  });

  test("the status and the metadata of what there is not", async () => {
    for (const path of ["/v1/models/absent/metadata", `${MNIST}/versions/2.0.0`, `${MNIST}/labels/beta/metadata`]) {
      expect(await refusal(await served.request(path))).toEqual([404, "model_not_found", expect.any(String)]);
    }
  });

  test("a model that gives no usable scores", async () => {
    const bundle = await readBundleFolder(DIGITS_FOLDER);
    if (!bundle.ok) throw new Error(bundle.error.detail);
    const logits = new Float32Array(10).fill(Number.NaN);
    const model: Model = { ...bundle.value, run: () => [{ logits }], dispose: () => undefined };
    const broken = await serveDigits({
      models: { get: async () => ok(model), status: () => undefined, list: async () => ok([]) },
    });
    const body = JSON.stringify({ instances: [seven] });
    const response = await broken.request(`${MNIST}:predict`, { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: "the model's scores for this image are not finite numbers" },
    ]);
  });

  test("a bug, without what it says", async () => {
    const failing = await serveDigits({ readImage: () => Promise.reject(new Error("secret")) });
    const body = JSON.stringify({ instances: [seven] });
    const response = await failing.request(`${MNIST}:predict`, { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: "the service failed; the request may be tried again" },
    ]);
  });
});
