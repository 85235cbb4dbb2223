// The built client in a page in Chromium: what it sends, what it says of answers, and who it may ask.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Client from "../../src/client/index.ts";
import { KEY, recordOf } from "../http/auth/credentials.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker } from "./built-worker.ts";
import { CHROMIUM } from "./chromium.ts";
import { openClientPage, type ClientPage } from "./client-page.ts";
import { startPageServer } from "./page-server.ts";
import { drawn, toPhoto } from "./photos.ts";

/** The page's own, for functions that run there. */
declare const client: typeof Client;

test("where CHROMIUM names a browser, it is there", () => {
  const { CHROMIUM: named } = process.env;
  expect(named === undefined || existsSync(named)).toBe(true);
});

if (CHROMIUM !== undefined) {
  let opened: ClientPage;
  beforeAll(async () => {
    opened = await openClientPage();
    for (const name of ["7.png", "2.jpg"]) {
      const bytes = await readFile(join(DIGITS_FOLDER, "examples", name));
      opened.server.photos.set(`/${name}`, { type: name.endsWith("png") ? "image/png" : "image/jpeg", bytes });
    }
    opened.server.photos.set("/photo.jpg", await toPhoto(drawn(3)));
  });
  afterAll(() => opened.stop());

  describe("in a page", () => {
    test("an image is classified, with the key and the image's type in its request", async () => {
      const { decision, bytes } = await opened.classify("/2.jpg", "mnist");
      expect(decision).toEqual({ outcome: "label", label: "2" });
      expect(bytes).toBe(opened.server.photos.get("/2.jpg")?.bytes.length);
      expect(opened.server.posted.at(-1)?.headers).toMatchObject({
        authorization: "Bearer key-1",
        "content-type": "image/jpeg",
      });
    });

    test("several images are one form, and each has its own answer", async () => {
      const codes = await opened.page.evaluate(async () => {
        const edgescope = client.createClient({ baseUrl: "" });
        const image = await (await fetch("/2.jpg")).blob();
        const { results } = await edgescope.classifyAll("mnist", [
          image,
          new Blob(["GIF89a"]),
          new Uint8Array(0),
          image,
        ]);
        return results.map((result) => ("error" in result ? result.error.code : result.labels[0]?.label));
      });
      expect(codes).toEqual(["2", "unsupported_media_type", "empty_body", "2"]);
    });

    test("the progress of an upload is told from its beginning to its end", async () => {
      const { seen, size, label } = await opened.page.evaluate(async () => {
        const progress: Client.UploadProgress[] = [];
        const image = await (await fetch("/photo.jpg")).blob();
        const edgescope = client.createClient({ baseUrl: "", apiKey: "key-1" });
        const onUploadProgress = (now: Client.UploadProgress) => void progress.push(now);
        const { labels } = await edgescope.classify("mnist", image, { onUploadProgress });
        return { seen: progress, size: image.size, label: labels[0]?.label };
      });
      expect([label, seen.at(-1)]).toEqual(["3", { loaded: size, total: size }]);
      expect(seen.map(({ loaded }) => loaded)).toEqual(seen.map(({ loaded }) => loaded).toSorted((a, b) => a - b));
      expect(opened.server.posted.at(-1)?.headers).toMatchObject({
        authorization: "Bearer key-1",
        "content-type": "image/jpeg",
      });
    });

    test("errors have their code, by fetch and by XMLHttpRequest, and 503 is tried again when Retry-After says", async () => {
      opened.server.intercept = (path) => (path.startsWith("/v1/models/busy") ? busy() : undefined);
      const busy = () => Response.json({ code: "not_ready" }, { status: 503, headers: { "retry-after": "3" } });
      const before = opened.server.posted.length;
      const seen = await opened.page.evaluate(async () => {
        const waits: number[] = [];
        const timing = { random: () => 0, sleep: async (ms: number) => void waits.push(ms) };
        const edgescope = client.createClient({ baseUrl: "" }, timing);
        const codes: unknown[] = [];
        for (const onUploadProgress of [undefined, () => undefined]) {
          for (const model of ["absent", "busy"]) {
            const options = onUploadProgress ? { onUploadProgress } : {};
            await edgescope.classify(model, new Uint8Array(9), options).catch((error: Client.EdgescopeError) => {
              codes.push([error instanceof client.EdgescopeError, error.code, error.status, error.retryAfterMs]);
            });
          }
        }
        return { codes, waits };
      });
      const once = [
        [true, "model_not_found", 404, undefined],
        [true, "not_ready", 503, 3000],
      ];
      expect(seen).toEqual({ codes: [...once, ...once], waits: [3000, 3000, 3000, 3000] });
      expect(opened.server.posted.length - before).toBe(8);
    });

    test("nobody at the other end is a network error, and silence a timeout, by fetch and by XMLHttpRequest", async () => {
      opened.server.intercept = (path) => (path.startsWith("/v1/models/silent") ? "never" : undefined);
      const codes = await opened.page.evaluate(async () => {
        const seen: unknown[] = [];
        for (const options of [{}, { onUploadProgress: () => undefined }]) {
          for (const [baseUrl, timeoutMs] of [
            ["http://localhost:9", 60_000],
            ["", 50],
          ] as const) {
            const edgescope = client.createClient({ baseUrl, timeoutMs, maxAttempts: 1 });
            const call = edgescope.classify("silent", new Uint8Array(9), options);
            await call.catch((error: Client.EdgescopeError) => seen.push(error.code));
          }
        }
        return seen;
      });
      expect(codes).toEqual(["network_error", "timeout", "network_error", "timeout"]);
    });

    test("an aborted call rejects with the signal's reason, by fetch and by XMLHttpRequest", async () => {
      opened.server.intercept = (path) => (path.startsWith("/v1/models/silent") ? "never" : undefined);
      const reasons = await opened.page.evaluate(async () => {
        const seen: unknown[] = [];
        for (const options of [{}, { onUploadProgress: () => undefined }]) {
          const controller = new AbortController();
          const edgescope = client.createClient({
            baseUrl: "",
            apiKey: () => {
              // While the first attempt is being made.
              setTimeout(() => controller.abort(new Error("the page was left")));
              return "key-1";
            },
          });
          const call = edgescope.classify("silent", new Uint8Array(9), { ...options, signal: controller.signal });
          await call.catch((error: Error) => seen.push([error.name, error.message]));
        }
        return seen;
      });
      expect(reasons).toEqual([
        ["Error", "the page was left"],
        ["Error", "the page was left"],
      ]);
    });
  });

  describe("a page of another origin", () => {
    test("that the service allows sends its key and reads answers, codes and Retry-After", async () => {
      const worker = await startBuiltWorker(
        { ratelimits: { RATE_LIMITER: { namespace_id: "1", simple: { limit: 3, period: 60 } } } },
        {
          AUTHENTICATION: "required",
          API_KEYS: JSON.stringify([await recordOf(KEY)]),
          RATE_LIMIT_REQUESTS: "3",
          CORS_ORIGINS: opened.server.url,
        },
      );
      const seen = await opened.page.evaluate(
        async ([baseUrl, apiKey]) => {
          const image = await (await fetch("/7.png")).blob();
          const ask = (key: string, options: Client.ClassifyOptions = {}) =>
            client
              .createClient({ baseUrl, apiKey: key, subject: "device-1", maxAttempts: 1 })
              .classify("mnist", image, options)
              .then(({ decision }) => decision)
              .catch(({ code, status, requestId, retryAfterMs }: Client.EdgescopeError) => {
                return { code, status, isNamed: requestId !== undefined, isTold: retryAfterMs !== undefined };
              });
          const uploaded = { onUploadProgress: () => undefined };
          return [
            await ask(apiKey),
            await ask(apiKey, uploaded),
            await ask("wrong"),
            await ask(apiKey),
            await ask(apiKey),
          ];
        },
        [worker.url, KEY] as const,
      );
      const read = { outcome: "label", label: "7" };
      expect(seen).toEqual([
        read,
        read,
        { code: "unauthenticated", status: 401, isNamed: true, isTold: false },
        read,
        { code: "rate_limited", status: 429, isNamed: true, isTold: true },
      ]);
      await worker.stop();
    });

    test("that it does not allow gets a network error", async () => {
      const worker = await startBuiltWorker({}, { CORS_ORIGINS: opened.server.url });
      const elsewhere = await startPageServer(worker.url);
      const page = await opened.browser.newPage();
      await page.goto(elsewhere.url);
      const code = await page.evaluate(async (baseUrl) => {
        const edgescope = client.createClient({ baseUrl, maxAttempts: 1 });
        return edgescope.listModels().catch((error: Client.EdgescopeError) => error.code);
      }, worker.url);
      expect(code).toBe("network_error");
      await page.close();
      elsewhere.stop();
      await worker.stop();
    });
  });
}
