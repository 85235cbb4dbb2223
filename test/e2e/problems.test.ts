// Every code of the error table that a caller can read, from the built Worker in workerd.

import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROBLEM_CODES, type ProblemCode } from "../../src/http/problem.ts";
import { encodePng } from "../../train/evaluate/images/encode-png.ts";
import { withManifest } from "../../train/pack/pack-bundle.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { CLASSIFY, PLAIN_REFUSALS, post, postJson, seven, STABLE, type PlainRefusal } from "../http/plain-refusals.ts";
import { createKey, signedDigits } from "../registry/signed-bundle.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";
import { overflowingBundle } from "./overflowing-bundle.ts";

/** Reached in the other files of this folder, each with the Worker that it takes. */
const ELSEWHERE: ProblemCode[] = [
  "unauthenticated",
  "insufficient_scope",
  "model_not_allowed",
  "keys_unavailable",
  "rate_limited",
  "not_configured",
  "bundle_unverifiable",
  "storage_unavailable",
];

/** A bug would be fixed, and who has gone away reads nothing. */
const UNREADABLE: ProblemCode[] = ["internal_error", "client_closed_request"];

const FAULTS: ProblemCode[] = [
  "inference_failed",
  "bundle_too_large",
  "not_ready",
  "overloaded",
  "body_too_slow",
  "channel_conflict",
  "version_unverifiable",
];

const white = encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(255), maxValue: 255 });

let worker: BuiltWorker;
beforeAll(async () => {
  await useWasmBackend();
  worker = await startBuiltWorker();
});
afterAll(() => worker.stop());

const ask = (path: string, init: RequestInit) => fetch(worker.url + path, { ...init, duplex: "half" } as RequestInit);

const codeOf = async (response: Response) => [response.status, (await response.json()).code];

test("the table has no code that is not reached here, elsewhere in this folder, or for nobody to read", () => {
  const reached = [...(Object.keys(PLAIN_REFUSALS) as ProblemCode[]), ...FAULTS, ...ELSEWHERE, ...UNREADABLE];
  expect(reached.toSorted()).toEqual(PROBLEM_CODES.toSorted());
});

describe("the built Worker answers a plain request with", () => {
  test.for(Object.entries<PlainRefusal>(PLAIN_REFUSALS))("%s", async ([code, { status, ...way }]) => {
    if ("image" in way) {
      const { results } = await (await ask(CLASSIFY, postJson({ images: [way.image] }))).json();
      expect(results).toMatchObject([{ error: { code, status } }]);
    } else {
      expect(await codeOf(await ask(way.path ?? CLASSIFY, way.init()))).toEqual([status, code]);
    }
  });
});

describe("the built Worker answers with", () => {
  test("inference_failed where a model's scores are no numbers, and goes on", async () => {
    await worker.publish(await overflowingBundle("overflowing"));
    const path = "/v1/models/overflowing/classify";
    expect(await codeOf(await ask(path, post(white)))).toEqual([500, "inference_failed"]);
    expect((await ask(path, post(seven))).status).toBe(200);
  });

  test("bundle_too_large for more than an isolate holds, and is not_ready with it", async () => {
    const { manifest, files } = await overflowingBundle("heavy");
    const { files: _, ...description } = manifest;
    const padding = new Uint8Array(41 * 1024 * 1024);
    await worker.publish(await withManifest(description, new Map([...files, ["padding.bin", padding]])));
    expect(await codeOf(await ask("/v1/models/heavy", {}))).toEqual([503, "bundle_too_large"]);
    expect(await codeOf(await ask("/healthz", {}))).toEqual([503, "not_ready"]);
  });

  test("channel_conflict where promotions cross, and a version of one that did not answers", async () => {
    const changing = await startBuiltWorker({}, { REFRESH_SECONDS: "1" });
    const { files: _, ...description } = (await signedDigits(await createKey())).manifest;
    const { files } = await signedDigits(await createKey());
    for (const version of ["1.1.0", "1.2.0", "1.0.0"]) {
      await changing.publish(await withManifest({ ...description, version }, files));
    }
    // Two could miss each other: each reads the whole bundle between reading the channels and writing them.
    const orders = Array.from({ length: 12 }, (_order, i) => ({ version: i % 2 === 0 ? "1.1.0" : "1.2.0" }));
    const answers = await Promise.all(orders.map((order) => fetch(changing.url + STABLE, postJson(order))));
    const [won, lost] = [200, 409].map((status) => answers.filter((answer) => answer.status === status));
    expect(won.length + lost.length).toBe(orders.length);
    expect(won.length).toBeGreaterThan(0);
    expect(await codeOf(lost[0])).toEqual([409, "channel_conflict"]);
    const winners = await Promise.all(won.map(async (answer) => (await answer.json()).pointer.version));
    const versionNow = async () => (await (await fetch(`${changing.url}/v1/models/mnist`)).json()).model.version;
    await expect.poll(versionNow, { timeout: 30_000 }).not.toBe("1.0.0");
    expect(winners).toContain(await versionNow());
    await changing.stop();
  });

  test("version_unverifiable where a file of the version has been changed", async () => {
    const changing = await startBuiltWorker();
    const { objects } = await changing.bucket.list({ prefix: "blobs/" });
    await changing.bucket.put(objects[0].key, new Uint8Array(objects[0].size));
    expect(await codeOf(await fetch(changing.url + STABLE, postJson({ version: "1.0.0" })))).toEqual([
      422,
      "version_unverifiable",
    ]);
    await changing.stop();
  });

  test("overloaded while another request has the only place, and body_too_slow to that one", async () => {
    const variables = { ISOLATE_BYTES: "1", MAX_WAIT_SECONDS: "1", MAX_BODY_SECONDS: "6" };
    const small = await startBuiltWorker({}, variables);
    const slow = request(small.url + CLASSIFY, { method: "POST", headers: { "content-length": 1000 } });
    const answered = new Promise<string>((resolve, reject) => {
      slow.on("error", reject);
      slow.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("end", () => resolve((JSON.parse(text) as { code: string }).code));
      });
    });
    await new Promise((resolve) => slow.write(new Uint8Array(10), resolve));
    // The Worker has begun with the slow one when it has begun to wait for it: until then, others find the place free.
    await expect
      .poll(async () => codeOf(await fetch(small.url + CLASSIFY, post(seven))), { timeout: 20_000 })
      .toEqual([503, "overloaded"]);
    expect(await answered).toBe("body_too_slow");
    slow.destroy();
    await small.stop();
  });
});
