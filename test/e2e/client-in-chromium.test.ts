// The built client in a page in Chromium, over the built Worker.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Client from "../../src/client/index.ts";
import { createImageDecoder } from "../../src/image/decode-image.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";
import { CHROMIUM, launchChromium } from "./chromium.ts";
import { startPageServer, type PageServer, type Photo } from "./page-server.ts";
import { makePhotos, toPhoto } from "./photos.ts";

const SHARED = join(import.meta.dirname, "../../../shared/data");

/** The page's own, for functions that run there. */
declare const client: typeof Client;

test("where CHROMIUM names a browser, it is there", () => {
  const { CHROMIUM: named } = process.env;
  expect(named === undefined || existsSync(named)).toBe(true);
});

if (CHROMIUM !== undefined) {
  let worker: BuiltWorker;
  let server: PageServer;
  let browser: Browser;
  let page: Page;
  let smallSeven: Uint8Array;
  beforeAll(async () => {
    smallSeven = await readFile(join(DIGITS_FOLDER, "examples/7.png"));
    worker = await startBuiltWorker();
    await worker.publishRelease("pneumonia");
    server = await startPageServer(worker.url);
    for (const [path, photo] of await makePhotos()) server.photos.set(path, photo);
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(server.url);
  });
  afterAll(async () => {
    await browser.close();
    server.stop();
    await worker.stop();
  });

  function firstHalf(path: string): Photo {
    const photo = server.photos.get(path);
    if (!photo) throw new Error("no such photo");
    return { type: photo.type, bytes: photo.bytes.slice(0, photo.bytes.length >> 1) };
  }

  /** Classifies a photo in the page, and says how many bytes of it travelled. */
  async function classify(photo: string, model: string, options: Client.ClassifyOptions = {}) {
    const answer = await page.evaluate(
      async ([path, name, classifyOptions]) => {
        const image = await (await fetch(path)).blob();
        const edgescope = client.createClient({ baseUrl: "", apiKey: "key-1" });
        return edgescope.classify(name, image, classifyOptions).catch((error: Client.EdgescopeError) => {
          throw new Error(error.code);
        });
      },
      [photo, model, options] as const,
    );
    return { ...answer, bytes: server.posted.at(-1)?.bytes ?? 0 };
  }

  describe("in a page", () => {
    test("an image is classified, with the key and the image's type in its request", async () => {
      const { decision, bytes } = await classify("/digit-7.jpg", "mnist");
      expect(decision).toEqual({ outcome: "label", label: "7" });
      expect(bytes).toBe(server.photos.get("/digit-7.jpg")?.bytes.length);
      expect(server.posted.at(-1)?.headers).toMatchObject({
        authorization: "Bearer key-1",
        "content-type": "image/jpeg",
      });
    });

    test("several images are one form, and each has its own answer", async () => {
      const codes = await page.evaluate(async () => {
        const edgescope = client.createClient({ baseUrl: "" });
        const image = await (await fetch("/digit-2.jpg")).blob();
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
      const { seen, size, label } = await page.evaluate(async () => {
        const progress: Client.UploadProgress[] = [];
        const image = await (await fetch("/grey.png")).blob();
        const edgescope = client.createClient({ baseUrl: "", apiKey: "key-1" });
        const onUploadProgress = (now: Client.UploadProgress) => void progress.push(now);
        const { labels } = await edgescope.classify("mnist", image, { onUploadProgress });
        return { seen: progress, size: image.size, label: labels[0]?.label };
      });
      expect([label, seen.at(-1)]).toEqual(["3", { loaded: size, total: size }]);
      expect(seen.map(({ loaded }) => loaded)).toEqual(seen.map(({ loaded }) => loaded).toSorted((a, b) => a - b));
      expect(server.posted.at(-1)?.headers).toMatchObject({
        authorization: "Bearer key-1",
        "content-type": "image/png",
      });
    });

    test("errors have their code, by fetch and by XMLHttpRequest, and 503 is tried again when Retry-After says", async () => {
      server.intercept = (path) => (path.startsWith("/v1/models/busy") ? busy() : undefined);
      const busy = () => Response.json({ code: "not_ready" }, { status: 503, headers: { "retry-after": "3" } });
      const before = server.posted.length;
      const seen = await page.evaluate(async () => {
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
      expect(server.posted.length - before).toBe(8);
    });

    test("nobody at the other end is a network error, and silence a timeout, by fetch and by XMLHttpRequest", async () => {
      server.intercept = (path) => (path.startsWith("/v1/models/silent") ? "never" : undefined);
      const codes = await page.evaluate(async () => {
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
      server.intercept = (path) => (path.startsWith("/v1/models/silent") ? "never" : undefined);
      const reasons = await page.evaluate(async () => {
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

  /** What travelled of a photo, and how far the answer moved, when it was made smaller before. */
  async function compare(photo: string, model: string) {
    const whole = await classify(photo, model);
    const small = await classify(photo, model, { downscale: true });
    const probabilityIn = ({ labels }: Client.Classification, name: string) =>
      labels.find(({ label }) => label === name)?.probability ?? Number.NaN;
    const moved = whole.labels.map(({ label, probability }) => Math.abs(probability - probabilityIn(small, label)));
    return { photo, model, whole, small, moved: Math.max(...moved), bytes: small.bytes / whole.bytes };
  }

  async function expectAnswersKept(photos: readonly string[], models: readonly string[]) {
    const compared = [];
    for (const photo of photos) for (const model of models) compared.push(await compare(photo, model));
    for (const { photo, model, whole, small, moved } of compared) {
      expect(small.labels[0]?.label, `${model} ${photo}`).toBe(whole.labels[0]?.label);
      expect(small.decision, `${model} ${photo}`).toEqual(whole.decision);
      expect(moved, `${model} ${photo}`).toBeLessThan(0.02);
    }
    return compared;
  }

  describe("a large photo made smaller in the page", () => {
    test("has the answer of the photo itself, whatever kind of file it is, and a fraction of its bytes", async () => {
      const compared = await expectAnswersKept([...server.photos.keys()], ["mnist", "pneumonia"]);
      expect(compared.length).toBeGreaterThanOrEqual(2 * 16);
      for (const { photo, small, bytes } of compared) {
        expect(bytes, photo).toBeLessThan(0.5);
        expect([small.image.width, small.image.height], photo).toEqual(
          photo === "/on-its-side.jpg" ? [278, 224] : [224, 278],
        );
      }
    });

    test("costs one question for the size of the model's input, or none where the caller knows it", async () => {
      const before = server.posted.length;
      const asked = () => server.posted.slice(before).map(({ path }) => path);
      await page.evaluate(async () => {
        const image = await (await fetch("/grey.png")).blob();
        const edgescope = client.createClient({ baseUrl: "" });
        await edgescope.classify("mnist", image, { downscale: { width: 28, height: 28 } });
        await edgescope.classify("mnist", image, { downscale: true });
        await edgescope.classify("mnist", image, { downscale: true });
      });
      const question = "/v1/models/mnist";
      const photo = "/v1/models/mnist/classify";
      expect(asked()).toEqual([photo, question, photo, photo]);
      expect(new Set(server.posted.slice(before).map(({ path, bytes }) => path === photo && bytes)).size).toBe(2);
    });

    test("is sent whole where the service does not say the size", async () => {
      server.intercept = (path) =>
        path === "/v1/models/mnist" ? Response.json({ code: "forbidden" }, { status: 403 }) : undefined;
      const { decision, bytes } = await classify("/grey.png", "mnist", { downscale: true });
      expect([decision, bytes]).toEqual([
        { outcome: "label", label: "3" },
        server.photos.get("/grey.png")?.bytes.length,
      ]);
      server.intercept = () => undefined;
    });
  });

  test.for<[what: string, path: string, photo: () => Photo, code: string | undefined]>([
    ["a small image", "/small.png", () => ({ type: "image/png", bytes: smallSeven }), undefined],
    ["a photo that breaks off", "/broken.jpg", () => firstHalf("/digit-7.jpg"), "image_truncated"],
    ["a PNG that breaks off", "/broken.png", () => firstHalf("/grey.png"), "image_truncated"],
    [
      "what is no image",
      "/no.jpg",
      () => ({ type: "image/jpeg", bytes: new Uint8Array(99) }),
      "unsupported_media_type",
    ],
  ])("%s is sent as it is, for the service to judge", async ([, path, photo, code]) => {
    const image = photo();
    server.photos.set(path, image);
    const answered = await classify(path, "mnist", { downscale: true }).catch((error: Error) => error.message);
    expect(server.posted.at(-1)?.bytes).toBe(image.bytes.length);
    if (code === undefined) expect(answered).toMatchObject({ decision: { outcome: "label", label: "7" } });
    else expect(answered).toContain(code);
  });

  if (existsSync(SHARED)) {
    test("photos as a camera turns them, and photos of chest X-rays, keep their answers when they are made smaller", async () => {
      const photos: string[] = [];
      const add = (path: string, photo: Photo) => {
        server.photos.set(path, photo);
        photos.push(path);
      };
      for (let orientation = 1; orientation <= 8; orientation++) {
        for (const name of [`Landscape_${orientation}.jpg`, `Portrait_${orientation}.jpg`]) {
          add(`/${name}`, { type: "image/jpeg", bytes: await readFile(join(SHARED, "exif-orientation", name)) });
        }
      }
      const decodeImage = createImageDecoder(await loadCodecModules());
      for (const kind of ["NORMAL", "PNEUMONIA"]) {
        const folder = join(SHARED, "chest-xray-224/test", kind);
        for (const name of (await readdir(folder)).toSorted().slice(0, 5)) {
          const decoded = await decodeImage(await readFile(join(folder, name)), { maxPixels: 224 * 224 });
          if (!decoded.ok) throw new Error(decoded.error.detail);
          add(`/${kind}-${name}.jpg`, await toPhoto(decoded.value.pixels));
        }
      }
      await expectAnswersKept(photos, ["pneumonia"]);
    });
  }
}
