import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fail, ok } from "../../src/base/result.ts";
import { readAuthentication } from "../../src/http/auth/read-authentication.ts";
import { DEFAULT_LIMITS } from "../../src/http/request/limits.ts";
import { NOTICE } from "../../src/http/notice.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../src/http/problem.ts";
import type { Model } from "../../src/model/model.ts";
import { createMemoryStore } from "../../src/registry/memory.ts";
import type { ObjectStore } from "../../src/registry/object-store.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { AUDIENCE, createToken, createTokenKey, ISSUER, KEY, NOW, recordOf } from "./auth/credentials.ts";
import { serveDigits } from "./served-digits.ts";

const CLASSIFY = "/v1/models/mnist/classify";
const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));
const post = (body: BodyInit | null, headers = {}): RequestInit => ({ method: "POST", body, headers });

/** The signature and IHDR of a PNG of 60,000 x 60,000 pixels. */
const hugePng = Uint8Array.from(
  [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52].concat([
    0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 0, 0, 0, 0, 0, 0, 0, 0,
  ]),
);

/** A PNG whose header says interlace method 7, which does not exist. */
const corruptPng = seven.with(28, 7);

/** A JPEG whose first frame marker is SOF3, lossless. */
async function losslessJpeg(): Promise<Uint8Array<ArrayBuffer>> {
  const jpeg = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.jpg")));
  const frame = jpeg.findIndex((byte, i) => byte === 0xff && [0xc0, 0xc2].includes(jpeg[i + 1]));
  return jpeg.with(frame + 1, 0xc3);
}

const form = (...files: string[]) => {
  const data = new FormData();
  for (const name of files) data.append(name, new File([seven], name));
  return data;
};

const down: ObjectStore = {
  get: async () => fail("storage_unavailable", "object storage did not answer"),
  list: async () => fail("storage_unavailable", "object storage did not answer"),
  put: async () => fail("storage_unavailable", "object storage did not answer"),
  remove: async () => fail("storage_unavailable", "object storage did not answer"),
};

type Served = Awaited<ReturnType<typeof serveDigits>>;

async function serveModelThatGives(logits: Float32Array<ArrayBuffer>): Promise<Served> {
  const bundle = await readBundleFolder(DIGITS_FOLDER);
  if (!bundle.ok) throw new Error(bundle.error.detail);
  const model: Model = { ...bundle.value, run: () => [{ logits }], dispose: () => undefined };
  return serveDigits({ models: { get: async () => ok(model), status: () => undefined, list: async () => ok([]) } });
}

async function serveTampered(): Promise<Served> {
  const served = await serveDigits();
  const key = [...served.objects.keys()].find((name) => name.startsWith("blobs/")) ?? "";
  const stored = served.objects.get(key);
  if (stored) served.objects.set(key, { ...stored, bytes: stored.bytes.with(0, stored.bytes[0] ^ 1) });
  return served;
}

const digits = await serveDigits();

const sources = { fetch: () => Promise.reject(new Error("unreachable")), now: () => NOW };
const unreachable = { name: "sso", issuer: ISSUER, audience: AUDIENCE, jwksUrl: "https://id.example/", models: ["*"] };
const guarded = await serveDigits({
  authentication: readAuthentication(
    { API_KEYS: [await recordOf(KEY, { scopes: ["classify"], models: ["mnist"] })], TOKEN_ISSUERS: [unreachable] },
    sources,
  ),
});
const foreignToken = async () => createToken(await createTokenKey("first"));

/** A second request to an isolate that the first one fills, and nobody may wait. */
async function askWhileFull(): Promise<Response> {
  const isolate = { ...DEFAULT_LIMITS.isolate, bytes: 1, waiting: 0 };
  const full = await serveDigits({ limits: { ...DEFAULT_LIMITS, isolate } });
  await new Promise((resolve) => {
    const arriving = new ReadableStream({ pull: resolve }, { highWaterMark: 0 });
    void full.request(CLASSIFY, { ...post(arriving), duplex: "half" } as RequestInit);
  });
  return full.request(CLASSIFY, post(seven));
}

const postJson = (body: unknown) =>
  post(typeof body === "string" ? body : JSON.stringify(body), { "content-type": "application/json" });

/** A way to each code of the table; two of them are met only by an image of a list. */
const REACHED: Record<ProblemCode, { status: number } & ({ ask: () => Promise<Response> } | { image: unknown })> = {
  empty_body: { status: 400, ask: () => digits.request(CLASSIFY, post(null)) },
  invalid_base64: { status: 400, image: { b64: "-_-_" } },
  invalid_compression: {
    status: 400,
    ask: () => digits.request(CLASSIFY, post(seven, { "content-encoding": "gzip" })),
  },
  invalid_json: { status: 400, ask: () => digits.request(CLASSIFY, postJson("{")) },
  invalid_multipart: { status: 400, ask: () => digits.request(CLASSIFY, post(form())) },
  invalid_request: { status: 400, ask: () => digits.request(CLASSIFY, postJson({ images: [7] })) },
  json_too_deep: { status: 400, ask: () => digits.request(CLASSIFY, postJson("[".repeat(17))) },
  unsupported_url: { status: 400, image: { url: "https://example.com/7.png" } },
  invalid_parameter: { status: 400, ask: () => digits.request(`${CLASSIFY}?top=0`, post(seven)) },
  unauthenticated: { status: 401, ask: () => guarded.request(CLASSIFY, post(seven)) },
  insufficient_scope: {
    status: 403,
    ask: () => guarded.request("/v1/models", { headers: { "x-api-key": KEY } }),
  },
  model_not_allowed: {
    status: 403,
    ask: () => guarded.request("/v1/models/retina/classify", post(seven, { "x-api-key": KEY })),
  },
  not_found: { status: 404, ask: () => digits.request("/v3") },
  model_not_found: { status: 404, ask: () => digits.request("/v1/models/absent/classify", post(seven)) },
  method_not_allowed: { status: 405, ask: () => digits.request(CLASSIFY) },
  body_too_slow: {
    status: 408,
    ask: async () =>
      (await serveDigits({ limits: { ...DEFAULT_LIMITS, maxBodyMs: 1 } })).request(CLASSIFY, {
        ...post(new ReadableStream()),
        duplex: "half",
      } as RequestInit),
  },
  body_too_large: { status: 413, ask: () => digits.request(CLASSIFY, post(new Uint8Array(8 * 1024 * 1024 + 1))) },
  json_too_many_values: { status: 413, ask: () => digits.request(CLASSIFY, postJson(`[${"0,".repeat(1_000_000)}0]`)) },
  too_many_images: {
    status: 413,
    ask: () => digits.request(CLASSIFY, postJson({ images: Array.from({ length: 33 }, () => ({ b64: "" })) })),
  },
  too_many_pixels: { status: 413, ask: () => digits.request(CLASSIFY, post(hugePng)) },
  unsupported_content_encoding: {
    status: 415,
    ask: () => digits.request(CLASSIFY, post(seven, { "content-encoding": "br" })),
  },
  unsupported_media_type: { status: 415, ask: () => digits.request(CLASSIFY, post("GIF89a, or so it says")) },
  image_truncated: { status: 422, ask: () => digits.request(CLASSIFY, post(seven.subarray(0, 100))) },
  image_corrupt: { status: 422, ask: () => digits.request(CLASSIFY, post(corruptPng)) },
  image_unsupported: { status: 422, ask: async () => digits.request(CLASSIFY, post(await losslessJpeg())) },
  uri_too_long: { status: 414, ask: () => digits.request(`/v1/models?padding=${"x".repeat(2048)}`) },
  rate_limited: {
    status: 429,
    ask: async () => {
      const limited = await serveDigits({
        authentication: readAuthentication({ API_KEYS: [await recordOf(KEY)] }, sources),
        rateLimiter: { limit: async () => ({ success: false }) },
      });
      return limited.request(CLASSIFY, post(seven, { "x-api-key": KEY }));
    },
  },
  headers_too_large: { status: 431, ask: () => digits.request("/v1/models", { headers: { a: "x".repeat(16_384) } }) },
  client_closed_request: {
    status: 499,
    ask: () => digits.request(CLASSIFY, { ...post(seven), signal: AbortSignal.abort() }),
  },
  inference_failed: {
    status: 500,
    ask: async () => (await serveModelThatGives(new Float32Array(10).fill(Number.NaN))).request(CLASSIFY, post(seven)),
  },
  internal_error: {
    status: 500,
    ask: async () =>
      (await serveDigits({ decodeImage: () => Promise.reject(new Error("secret")) })).request(CLASSIFY, post(seven)),
  },
  bundle_too_large: {
    status: 503,
    ask: async () => (await serveDigits({}, { budgetBytes: 1000 })).request(CLASSIFY, post(seven)),
  },
  keys_unavailable: {
    status: 503,
    ask: async () => guarded.request(CLASSIFY, post(seven, { authorization: `Bearer ${await foreignToken()}` })),
  },
  not_configured: {
    status: 503,
    ask: async () => (await serveDigits({ authentication: readAuthentication({}, sources) })).request(CLASSIFY),
  },
  bundle_unverifiable: { status: 503, ask: async () => (await serveTampered()).request(CLASSIFY, post(seven)) },
  not_ready: {
    status: 503,
    ask: async () => (await serveDigits({}, { store: createMemoryStore() })).request("/healthz"),
  },
  overloaded: { status: 503, ask: () => askWhileFull() },
  storage_unavailable: { status: 503, ask: async () => (await serveDigits({}, { store: down })).request("/v1/models") },
};

const RETRY_AFTER: Partial<Record<ProblemCode, string>> = { overloaded: "1", rate_limited: "60" };

describe("every code of the error table is reached", () => {
  for (const code of PROBLEM_CODES) {
    const { status, ...way } = REACHED[code];
    if ("image" in way) {
      test(`${status} ${code}, for an image of a list`, async () => {
        const response = await digits.request(CLASSIFY, postJson({ images: [way.image] }));
        expect(response.status).toBe(200);
        const { results } = await response.json();
        expect(results).toEqual([{ error: { code, title: expect.any(String), status, detail: expect.any(String) } }]);
      });
      continue;
    }
    test(`${status} ${code}`, async () => {
      const response = await way.ask();
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(response.headers.get("retry-after")).toBe(RETRY_AFTER[code] ?? (status === 503 ? "5" : null));
      const problem = await response.json();
      expect(problem).toEqual({
        type: "about:blank",
        title: expect.any(String),
        status,
        code,
        detail: expect.any(String),
        requestId: response.headers.get("x-request-id"),
        notice: NOTICE,
      });
      expect(JSON.stringify(problem)).not.toMatch(/secret|\bat .*:\d+:\d+/);
    });
  }
});

describe("the edges of the error table", () => {
  test("a form without a file, with a text field, or with a broken or missing boundary is not a form with files", async () => {
    const text = form("a.png");
    text.append("image", "not a file");
    const broken = post("--x\r\nnothing", { "content-type": "multipart/form-data; boundary=y" });
    const missing = post("--x\r\nnothing", { "content-type": "multipart/form-data" });
    for (const init of [post(form()), post(text), broken, missing]) {
      expect(await (await digits.request(CLASSIFY, init)).json()).toMatchObject({ code: "invalid_multipart" });
    }
  });

  test("a body without a length is counted while it arrives", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    const response = await digits.request(CLASSIFY, { ...post(endless), duplex: "half" } as RequestInit);
    expect(await response.json()).toMatchObject({ code: "body_too_large" });
    // 8 MiB that the model accepts, 8 MiB that are drained, and what streams read ahead.
    expect(pulled).toBeLessThan(20);
  });

  test("405 names the method that is answered", async () => {
    expect((await digits.request(CLASSIFY)).headers.get("allow")).toBe("POST");
    expect((await digits.request("/v1/models", { method: "DELETE" })).headers.get("allow")).toBe("GET");
  });

  test("a model that fails is not ready, and the log says which failure it was", async () => {
    const served = await serveTampered();
    expect(await (await served.request("/healthz")).json()).toMatchObject({
      code: "not_ready",
      detail: "the log says why",
    });
    expect(served.log.at(-1)?.detail).toContain("not the file that was signed");
  });

  test("a bug's message is not logged, its place is", async () => {
    const served = await serveDigits({ decodeImage: () => Promise.reject(new TypeError("secret")) });
    await served.request(CLASSIFY, post(seven));
    const line = served.log.at(-1);
    expect(line).toMatchObject({
      code: "internal_error",
      detail: "TypeError",
      frames: expect.arrayContaining([expect.stringContaining("problems.test.ts")]),
    });
    expect(JSON.stringify(line)).not.toContain("secret");
  });
});
