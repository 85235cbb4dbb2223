import { describe, expect, test } from "vitest";
import { fail, ok } from "../../src/base/result.ts";
import { readAuthentication } from "../../src/http/auth/read-authentication.ts";
import { DEFAULT_LIMITS } from "../../src/http/request/limits.ts";
import { NOTICE } from "../../src/http/notice.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../src/http/problem.ts";
import type { Model } from "../../src/model/model.ts";
import { createMemoryStore } from "../../src/registry/store/memory.ts";
import type { ObjectStore } from "../../src/registry/store/object-store.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { AUDIENCE, createToken, createTokenKey, ISSUER, KEY, NOW, recordOf } from "./auth/credentials.ts";
import { CLASSIFY, form, PLAIN_REFUSALS, post, postJson, seven, STABLE, type PlainRefusal } from "./plain-refusals.ts";
import { serveDigits } from "./served-digits.ts";

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

/** A way to each code of the table: a plain request, or what takes another configuration or a fault. */
const WAYS: Record<ProblemCode, PlainRefusal | { status: number; ask: () => Promise<Response> }> = {
  ...PLAIN_REFUSALS,
  unauthenticated: { status: 401, ask: () => guarded.request(CLASSIFY, post(seven)) },
  insufficient_scope: {
    status: 403,
    ask: () => guarded.request("/v1/models", { headers: { "x-api-key": KEY } }),
  },
  model_not_allowed: {
    status: 403,
    ask: () => guarded.request("/v1/models/retina/classify", post(seven, { "x-api-key": KEY })),
  },
  body_too_slow: {
    status: 408,
    ask: async () =>
      (await serveDigits({ limits: { ...DEFAULT_LIMITS, maxBodyMs: 1 } })).request(CLASSIFY, {
        ...post(new ReadableStream()),
        duplex: "half",
      } as RequestInit),
  },
  channel_conflict: {
    status: 409,
    ask: async () => {
      const busy = await serveDigits();
      await busy.publish("1.1.0");
      await busy.publish("1.2.0");
      const both = ["1.1.0", "1.2.0"].map((version) => busy.request(STABLE, postJson({ version })));
      const answers = await Promise.all(both);
      return answers.find(({ status }) => status !== 200) ?? answers[0];
    },
  },
  version_unverifiable: {
    status: 422,
    ask: async () => (await serveTampered()).request(STABLE, postJson({ version: "1.0.0" })),
  },
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
      (await serveDigits({ readImage: () => Promise.reject(new Error("secret")) })).request(CLASSIFY, post(seven)),
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
    const { status, ...way } = WAYS[code];
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
      const response = await ("ask" in way ? way.ask() : digits.request(way.path ?? CLASSIFY, way.init()));
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
    const served = await serveDigits({ readImage: () => Promise.reject(new TypeError("secret")) });
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
