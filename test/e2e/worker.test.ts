import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createImageReader } from "../../src/image/read-image.ts";
import { createModel } from "../../src/model/load-model.ts";
import { predict } from "../../src/predict.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { exitCodeOf, spawnWrangler } from "../../train/commands/serve/wrangler.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { documentedRequests, tryDocumented } from "../http/tf-serving/documented-requests.ts";
import { DIGITS_FOLDER, MODELS_FOLDER } from "../registry/signed-bundle.ts";
import { builtModules, startBuiltWorker, startWorkerWithBrokenStorage, type BuiltWorker } from "./built-worker.ts";

/** The drawn digit 7, models/mnist/examples/7.png, as Pillow 13.0 writes it: save("7.webp", lossless=True). */
const sevenWebp = Uint8Array.from(
  atob(
    "UklGRrIAAABXRUJQVlA4TKYAAAAvG8AGAAVUbdvXJ1/7pzX3ZGnX2paWcDgCmkuD5pDYCaySHJJbc2+0VZzolp7En3fXtQOI6P8EWM13vIlM" +
      "Ll+sa026m9q7qDx/8/eL4ybEf19d2fLN9eH6bLk0NjTQWYZBUxfgyuR70CxrhwWTVyApG4ZpU8d+uXdkM9Bt6jwcmnwF6mRJ2DT5GLTpTnk2" +
      "uQfmdA3QoxuDrG6VD9Pfs1+F0n1HFWoo",
  ),
  (character) => character.charCodeAt(0),
);

const example = async (name: string) => new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples", name)));

let worker: BuiltWorker;
beforeAll(async () => {
  worker = await startBuiltWorker();
});
afterAll(() => worker.stop());

const classify = (body: BodyInit | null, init: RequestInit = {}) =>
  fetch(`${worker.url}/v1/models/mnist/classify`, { method: "POST", body, ...init });

describe("the built Worker in workerd", () => {
  test("answers twenty concurrent first requests", async () => {
    const body = await example("7.png");
    const responses = await Promise.all(Array.from({ length: 20 }, () => classify(body)));
    const answers = await Promise.all(responses.map((response) => response.json()));
    expect(answers.map(({ decision }) => decision.label)).toEqual(Array.from({ length: 20 }, () => "7"));
    expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(20);
  });

  test("gives the logits that Node gives, within 1e-4, for every drawn digit", async () => {
    await useWasmBackend();
    const bundle = await readBundleFolder(DIGITS_FOLDER);
    if (!bundle.ok) throw new Error(bundle.error.detail);
    const model = createModel(bundle.value);
    if (!model.ok) throw new Error(model.error.detail);
    const readImage = createImageReader(await loadCodecModules());
    for (let digit = 0; digit < 10; digit++) {
      for (const type of ["png", "jpg"]) {
        const body = await example(`${digit}.${type}`);
        const inNode = await predict(body, model.value, readImage);
        if (!inNode.ok) throw new Error(inNode.error.detail);
        const { labels, decision } = await (await classify(body)).json();
        expect(decision).toEqual({ outcome: "label", label: String(digit) });
        for (const { label, logit } of labels) {
          expect(Math.abs(logit - inNode.value.scores[Number(label)].logit)).toBeLessThan(1e-4);
        }
      }
    }
  });

  test("reads a digit posted as WebP, and gives the logits of the same digit posted as PNG", async () => {
    const [webp, png] = [await classify(sevenWebp), await classify(await example("7.png"))];
    const answer = await webp.json();
    expect(answer).toMatchObject({
      decision: { outcome: "label", label: "7" },
      image: { mediaType: "image/webp", width: 28, height: 28 },
    });
    const { labels } = await png.json();
    expect(answer.labels.length).toBe(labels.length);
    for (const [i, { label, logit }] of answer.labels.entries()) {
      expect(label).toBe(labels[i].label);
      expect(Math.abs(logit - labels[i].logit)).toBeLessThan(1e-4);
    }
  });

  test("answers the 29 documented requests of TensorFlow Serving and KServe v1", async () => {
    const { model } = await (await fetch(`${worker.url}/v1/models/mnist`)).json();
    const requests = documentedRequests(model.version);
    expect(requests).toHaveLength(29);
    for (const documented of requests) {
      await tryDocumented(documented, (path, init) => fetch(worker.url + path, init));
    }
  });

  test("computes with every released model what Node computed when it was released", async () => {
    for (const entry of await readdir(MODELS_FOLDER, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      await worker.publishRelease(entry.name);
      // A model is described only after its golden vectors have been replayed.
      const response = await fetch(`${worker.url}/v1/models/${entry.name}`);
      expect([entry.name, response.status]).toEqual([entry.name, 200]);
    }
  });

  test("takes a list of images as a form and as compressed JSON, and says of each what it is", async () => {
    const form = new FormData();
    for (const name of ["3.png", "1.jpg"]) form.append("image", new File([await example(name)], name));
    expect((await (await classify(form)).json()).results).toMatchObject([
      { decision: { label: "3" } },
      { decision: { label: "1" } },
    ]);
    const b64 = Buffer.from(await example("4.png")).toString("base64");
    const body = gzipSync(JSON.stringify({ images: [{ b64 }, { url: "https://example.com/4.png" }] }));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expect((await (await classify(body, { headers })).json()).results).toMatchObject([
      { decision: { label: "4" } },
      { error: { code: "unsupported_url" } },
    ]);
  });

  test("takes a form with one file", async () => {
    const form = new FormData();
    form.append("image", new File([await example("2.jpg")], "photo.jpg"));
    expect(await (await classify(form)).json()).toMatchObject({
      decision: { label: "2" },
      image: { mediaType: "image/jpeg" },
    });
  });

  test("is ready, and lists and describes its model", async () => {
    expect(await (await fetch(`${worker.url}/healthz`)).json()).toMatchObject({ status: "ready" });
    const { models, channels } = await (await fetch(`${worker.url}/v1/models`)).json();
    expect(models).toContain("mnist");
    expect(channels.mnist).toEqual({ stable: expect.any(Object) });
    expect(await (await fetch(`${worker.url}/v1/models/mnist`)).json()).toMatchObject({ model: { name: "mnist" } });
  });

  test("compressed, fits in 600 KB", async () => {
    const { modules } = await builtModules();
    const bytes = modules.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
    expect(bytes).toBeLessThan(600_000);
  });
});

describe("the built Worker refuses", () => {
  const huge = Uint8Array.from(
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52].concat([
      0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 0, 0, 0, 0, 0, 0, 0, 0,
    ]),
  );
  const endless = () => {
    let sent = 0;
    return new ReadableStream<Uint8Array>({
      pull: (controller) => (sent++ < 9 ? controller.enqueue(new Uint8Array(1024 * 1024)) : controller.close()),
    });
  };

  test.for<[code: string, status: number, body: () => Promise<BodyInit | null>]>([
    ["empty_body", 400, async () => null],
    ["unsupported_media_type", 415, async () => "GIF89a"],
    ["image_truncated", 422, async () => (await example("7.png")).subarray(0, 120)],
    ["image_truncated", 422, async () => (await example("7.jpg")).subarray(0, 900)],
    ["image_truncated", 422, async () => sevenWebp.subarray(0, 100)],
    ["image_corrupt", 422, async () => (await example("7.png")).with(60, 0)],
    ["image_corrupt", 422, async () => sevenWebp.with(20, 0)],
    ["body_too_large", 413, async () => new Uint8Array(8 * 1024 * 1024 + 1)],
    ["body_too_large", 413, async () => endless()],
    ["too_many_pixels", 413, async () => huge],
  ])("%s with %i", async ([code, status, body]) => {
    const response = await classify(await body(), { duplex: "half" } as RequestInit);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code, status, requestId: response.headers.get("x-request-id") });
  });

  test("model_not_found with 404", async () => {
    const response = await fetch(`${worker.url}/v1/models/absent/classify`, {
      method: "POST",
      body: await example("7.png"),
    });
    expect([response.status, (await response.json()).code]).toEqual([404, "model_not_found"]);
  });

  test("and goes on answering afterwards", async () => {
    expect(await (await classify(await example("7.png"))).json()).toMatchObject({ decision: { label: "7" } });
  });
});

test.for<[when: string, date: string, flags: string[]]>([
  ["is neither asked for nor implied by the date", "2025-10-01", []],
  ["is asked for", "2025-10-01", ["nodejs_compat"]],
])("the Worker built and run where nodejs_compat %s starts its engine", async ([, date, flags]) => {
  const folder = await mkdtemp(join(tmpdir(), "edgescope-build-"));
  const flagArguments = flags.flatMap((flag) => ["--compatibility-flag", flag]);
  const build = ["deploy", "--dry-run", "--env=", "--compatibility-date", date, ...flagArguments, "--outdir", folder];
  expect(await exitCodeOf(spawnWrangler(build, "ignore"))).toBe(0);
  const modules = await builtModules(folder);
  const own = await startBuiltWorker({ ...modules, compatibilityDate: date, compatibilityFlags: flags });
  const response = await fetch(`${own.url}/v1/models/mnist/classify`, { method: "POST", body: await example("7.png") });
  expect(await response.json()).toMatchObject({ decision: { outcome: "label", label: "7" } });
  await own.stop();
  await rm(folder, { recursive: true });
});

describe("the built Worker trusts nothing in storage", () => {
  test("answers no request while any object of the bundle differs by one byte, and recovers when it is restored", async () => {
    const own = await startBuiltWorker();
    const ask = async () =>
      fetch(`${own.url}/v1/models/mnist/classify`, { method: "POST", body: await example("7.png") }).then(
        async (response) => [response.status, (await response.json()).code],
      );
    const { objects } = await own.bucket.list();
    const keys = objects.map(({ key }) => key).filter((key) => !key.startsWith("channels/"));
    expect(keys.length).toBeGreaterThanOrEqual(7);
    for (const key of keys) {
      const bytes = new Uint8Array((await (await own.bucket.get(key))?.arrayBuffer()) ?? []);
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        await own.bucket.put(key, bytes.with(at, bytes[at] ^ 1));
        expect(await ask(), `${key} at ${at}`).toEqual([503, "bundle_unverifiable"]);
      }
      await own.bucket.put(key, bytes);
    }
    expect(await ask()).toEqual([200, undefined]);
    await own.stop();
  });

  test("serves nothing without a trusted key", async () => {
    for (const TRUSTED_KEYS of ["", "not a key"]) {
      const own = await startBuiltWorker({}, { TRUSTED_KEYS });
      const response = await fetch(`${own.url}/v1/models/mnist`);
      expect([response.status, (await response.json()).code]).toEqual([503, "bundle_unverifiable"]);
      await own.stop();
    }
  });

  test("calls storage that throws unavailable, everywhere", async () => {
    const own = await startWorkerWithBrokenStorage();
    for (const [method, path] of [
      ["POST", "/v1/models/mnist/classify"],
      ["GET", "/v1/models"],
      ["GET", "/v1/models/mnist"],
      ["GET", "/healthz"],
    ]) {
      const response = await fetch(own.url + path, { method });
      expect([path, response.status, (await response.json()).code]).toEqual([path, 503, "storage_unavailable"]);
      expect(response.headers.get("retry-after")).toBe("5");
    }
    await own.stop();
  });
});
