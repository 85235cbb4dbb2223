// What is logged and counted of a request.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAuthentication } from "../../../src/http/auth/read-authentication.ts";
import type { Metrics } from "../../../src/http/log/metrics.ts";
import { KEY, NOW, recordOf } from "../auth/credentials.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits } from "../served-digits.ts";

const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));
const b64 = Buffer.from(seven).toString("base64");

type Point = Parameters<Metrics["writeDataPoint"]>[0];

async function serve() {
  const points: Point[] = [];
  const authentication = readAuthentication(
    { API_KEYS: [await recordOf(KEY)] },
    { fetch: () => Promise.reject(new Error("no network")), now: () => NOW },
  );
  const metrics = { writeDataPoint: (point: Point) => void points.push(point) };
  const served = await serveDigits({ authentication, metrics });
  const post = (path: string, body: BodyInit) =>
    served.request(path, { method: "POST", body, headers: { "x-api-key": KEY } });
  return { ...served, points, post };
}

const answered = {
  traceId: "ab".repeat(16),
  method: "POST",
  status: 200,
  caller: "clinic",
  model: "mnist",
  version: "1.0.0",
  digest: expect.stringMatching(/^[0-9a-f]{64}$/),
  images: 1,
  pixels: 28 * 28,
  outcomes: { label: 1 },
  elapsedMs: 0,
  waitMs: 0,
  bodyMs: 0,
  modelMs: 0,
};

describe("a line", () => {
  test("says who asked which model for how much, what it came to, and in which dialect", async () => {
    const { post, log } = await serve();
    await post("/v1/models/mnist/classify", seven);
    const tfServing = JSON.stringify({ instances: [{ b64 }] });
    await post("/v1/models/mnist/versions/1.0.0:predict", tfServing);
    const inputs = [{ name: "image", datatype: "BYTES", shape: [1], data: [b64] }];
    const openInference = JSON.stringify({ inputs });
    await post("/v2/models/mnist/infer", openInference);
    expect(log).toEqual([
      {
        ...answered,
        requestId: "request-1",
        route: "/v1/models/:model/classify",
        dialect: "native",
        channel: "stable",
        bytes: seven.length,
      },
      {
        ...answered,
        requestId: "request-2",
        route: "/v1/models/:model/versions/:version",
        dialect: "tf_serving",
        bytes: tfServing.length,
      },
      {
        ...answered,
        requestId: "request-3",
        route: "/v2/models/:model/infer",
        dialect: "open_inference",
        channel: "stable",
        bytes: openInference.length,
      },
    ]);
  });

  test("counts the images of a list, those that failed among them", async () => {
    const { log, request } = await serve();
    const body = JSON.stringify({ images: [{ b64 }, { b64: "AAAA" }, { b64 }] });
    const headers = { "content-type": "application/json", "x-api-key": KEY };
    await request("/v1/models/mnist/classify", { method: "POST", body, headers });
    expect(log).toMatchObject([{ images: 3, pixels: 2 * 28 * 28, outcomes: { label: 2 } }]);
  });

  test("says what was refused, by code, to whom it was", async () => {
    const { log, request, post } = await serve();
    await request("/healthz", { method: "PURGE" });
    await request("/v1/models");
    await post("/v1/models/absent/classify", seven);
    await post("/v1/models/mnist/classify", "GIF89a");
    expect(
      log.map(({ method, route, status, code, reason, caller, model }) => [
        method,
        route,
        status,
        code,
        reason,
        caller,
        model,
      ]),
    ).toEqual([
      ["OTHER", "/healthz", 405, "method_not_allowed", undefined, undefined, undefined],
      ["GET", "/v1/models", 401, "unauthenticated", "credentials_missing", undefined, undefined],
      ["POST", "/v1/models/:model/classify", 404, "model_not_found", undefined, "clinic", undefined],
      ["POST", "/v1/models/:model/classify", 415, "unsupported_media_type", undefined, "clinic", "mnist"],
    ]);
  });

  test("has the times that the clock went on", async () => {
    const { log, request, clock } = await serve();
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          clock.ms += 40;
          controller.enqueue(seven);
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const init = { method: "POST", body, duplex: "half", headers: { "x-api-key": KEY } } as RequestInit;
    await request("/v1/models/mnist/classify", init);
    expect(log).toMatchObject([{ bodyMs: 40, waitMs: 0, modelMs: 0, elapsedMs: 40 }]);
  });
});

describe("a data point", () => {
  test("has the line's columns in their places", async () => {
    const { post, points } = await serve();
    await post("/v1/models/mnist/classify", seven);
    await post("/v2/models/absent/infer", "{}");
    expect(points).toEqual([
      {
        indexes: ["clinic"],
        blobs: ["clinic", "mnist", "1.0.0", "stable", "native", "/v1/models/:model/classify", ""],
        doubles: [200, 0, 0, 0, 0, 1, seven.length, 784, 1, 0, 0, 0, 0],
      },
      {
        indexes: ["clinic"],
        blobs: ["clinic", "", "", "", "open_inference", "/v2/models/:model/infer", "model_not_found"],
        doubles: [404, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      },
    ]);
  });

  test("stays within the platform's bounds: 20 columns of each kind, and an index of 96 bytes", async () => {
    const { post, points } = await serve();
    await post("/v1/models/mnist/classify", seven);
    expect(points[0].blobs.length).toBeLessThanOrEqual(20);
    expect(points[0].doubles.length).toBeLessThanOrEqual(20);
    // A key's name has at most 64 characters, and all of them are ASCII.
    expect(points[0].indexes).toHaveLength(1);
  });
});
