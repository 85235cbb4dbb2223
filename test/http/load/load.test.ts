// An isolate under load: what it cannot take on waits or is sent away, and nothing that was taken is ever lost.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ok } from "../../../src/base/result.ts";
import type { AppDeps } from "../../../src/http/app.ts";
import { DEFAULT_LIMITS } from "../../../src/http/request/limits.ts";
import { loadModel } from "../../../src/model/load-model.ts";
import type { Model } from "../../../src/model/model.ts";
import { createImageReader, type ReadImage } from "../../../src/image/read-image.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits, type Served } from "../served-digits.ts";

const CLASSIFY = "/v1/models/mnist/classify";
const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));
const read = createImageReader(await loadCodecModules());

/** An isolate that takes on one request at a time. */
const serveOne = (isolate: object = {}, replace: Partial<AppDeps> = {}) =>
  serveDigits({
    limits: { ...DEFAULT_LIMITS, isolate: { ...DEFAULT_LIMITS.isolate, bytes: 1, pixels: 1, ...isolate } },
    ...replace,
  });

const post = (served: Served, body: BodyInit, init: RequestInit = {}) =>
  served.request(CLASSIFY, { method: "POST", body, duplex: "half", ...init } as RequestInit);

/** A body of which nothing arrives before `arrive` is called; `begun` is when the service began to read it. */
function slowBody(bytes: Uint8Array) {
  const begun = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        begun.resolve();
        await arrived.promise;
        controller.enqueue(bytes);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { body, begun: begun.promise, arrive: arrived.resolve };
}

const outcome = async (response: Response) => {
  const { code, decision } = await response.json();
  return code ?? decision.label;
};

test.each(["NaN", "-1", "", "1e9", "0x10"])(
  "a body whose length is said to be %j is taken as one of unknown length",
  async (length) => {
    const served = await serveDigits();
    const answered = await post(served, seven, { headers: { "content-length": length } });
    expect(await outcome(answered)).toBe("7");
  },
);

describe("while a body arrives that fills the isolate", () => {
  test("the next ones wait, beyond the line are sent away, and are answered when it has gone", async () => {
    const served = await serveOne({ waiting: 2 });
    const slow = slowBody(seven);
    const first = post(served, slow.body);
    await slow.begun;
    const others = [1, 2, 3, 4].map(() => post(served, seven));
    const sentAway = await Promise.all(others.slice(2));
    expect(await Promise.all(sentAway.map(outcome))).toEqual(["overloaded", "overloaded"]);
    expect(sentAway[0].headers.get("retry-after")).toBe("1");
    slow.arrive();
    const answered = await Promise.all([first, ...others.slice(0, 2)]);
    expect(await Promise.all(answered.map(outcome))).toEqual(["7", "7", "7"]);
  });

  test("somebody who has waited long enough is sent away", async () => {
    const served = await serveOne({ maxWaitMs: 1 });
    const slow = slowBody(seven);
    const first = post(served, slow.body);
    await slow.begun;
    expect(await outcome(await post(served, seven))).toBe("overloaded");
    slow.arrive();
    expect(await outcome(await first)).toBe("7");
  });

  test("nothing is read and nothing decoded for a caller who goes away, and the place is the next one's", async () => {
    const decoded: number[] = [];
    const readImage: ReadImage = async (bytes, limits, openRows) => {
      decoded.push(bytes.length);
      return read(bytes, limits, openRows);
    };
    const served = await serveOne({ waiting: 2 }, { readImage });
    const slow = slowBody(seven);
    const first = post(served, slow.body);
    await slow.begun;
    const gone = new AbortController();
    const impatient = post(served, seven.slice(), { signal: gone.signal });
    const patient = post(served, seven);
    gone.abort();
    expect(await outcome(await impatient)).toBe("client_closed_request");
    slow.arrive();
    expect(await Promise.all([outcome(await first), outcome(await patient)])).toEqual(["7", "7"]);
    expect(decoded).toHaveLength(2);
  });
});

describe("what a request took is given back", () => {
  const cut = seven.slice(0, 60);
  test.for<[what: string, ask: (served: Served) => Promise<Response>, code: string]>([
    ["is answered", (served) => post(served, seven), "7"],
    ["has a damaged image", (served) => post(served, cut), "image_truncated"],
    ["has too large a body", (served) => post(served, new Uint8Array(9_000_000)), "body_too_large"],
    ["has no body", (served) => post(served, ""), "empty_body"],
    [
      "is not gzip",
      (served) => post(served, seven, { headers: { "content-encoding": "gzip" } }),
      "invalid_compression",
    ],
    ["is not JSON", (served) => post(served, "{", { headers: { "content-type": "application/json" } }), "invalid_json"],
    [
      "breaks off",
      (served) => post(served, new ReadableStream({ pull: (controller) => controller.error(new Error("lost")) })),
      "client_closed_request",
    ],
  ])("when it %s", async ([, ask, code]) => {
    const served = await serveOne({ waiting: 0 });
    expect(await outcome(await ask(served))).toBe(code);
    expect(await outcome(await post(served, seven))).toBe("7");
  });

  test("when the decoder fails for a reason of its own", async () => {
    let failures = 1;
    const readImage: ReadImage = async (bytes, limits, openRows) => {
      if (failures-- > 0) throw new Error("a bug");
      return read(bytes, limits, openRows);
    };
    const served = await serveOne({ waiting: 0 }, { readImage });
    expect(await outcome(await post(served, seven))).toBe("internal_error");
    expect(await outcome(await post(served, seven))).toBe("7");
  });
});

test("the service's ceilings on an image hold where the model's are higher, and its card says so", async () => {
  const ceilings = (image: object) =>
    serveDigits({ limits: { ...DEFAULT_LIMITS, image: { ...DEFAULT_LIMITS.image, ...image } } });
  const [fewBytes, fewPixels] = [await ceilings({ bytes: seven.length - 1 }), await ceilings({ pixels: 28 * 28 - 1 })];
  expect(await outcome(await post(fewBytes, seven))).toBe("body_too_large");
  expect(await outcome(await post(fewPixels, seven))).toBe("too_many_pixels");
  const { input } = await (await fewPixels.request("/v1/models/mnist")).json();
  expect(input).toMatchObject({ maxBytes: 8 * 1024 * 1024, maxPixels: 28 * 28 - 1 });
});

test("between the images of a long request others have their turn", async () => {
  const served = await serveDigits();
  await post(served, seven);
  const form = new FormData();
  for (let i = 0; i < 32; i++) form.append("image", new File([seven], "7.png"));
  const encoded = new Response(form);
  const headers = { "content-type": encoded.headers.get("content-type") ?? "", "content-length": "20000" };
  const body = await encoded.arrayBuffer();
  const order: string[] = [];
  const follow = async (name: string, asked: Promise<Response>) => {
    expect((await asked).status).toBe(200);
    order.push(name);
  };
  await Promise.all([follow("long", post(served, body, { headers })), follow("short", post(served, seven))]);
  expect(order).toEqual(["short", "long"]);
});

test("of a request with many images, none is decoded after its caller has gone", async () => {
  const gone = new AbortController();
  let decoded = 0;
  const readImage: ReadImage = async (bytes, limits, openRows) => {
    if (++decoded === 3) gone.abort();
    return read(bytes, limits, openRows);
  };
  const served = await serveDigits({ readImage });
  const form = new FormData();
  for (let i = 0; i < 10; i++) form.append("image", new File([seven], "7.png"));
  const response = await served.request(CLASSIFY, { method: "POST", body: form, signal: gone.signal });
  expect(await outcome(response)).toBe("client_closed_request");
  expect(decoded).toBe(3);
});

test("of a map that takes further passes, none is made after its caller has gone", async () => {
  const gone = new AbortController();
  let passes = 0;
  const served = await serveDigits(
    {},
    {
      loadModel: (bundle) => {
        const loaded = loadModel(bundle);
        if (!loaded.ok) return loaded;
        const { classActivation: _, ...model } = loaded.value;
        const run: Model["run"] = (inputNhwc, options) => {
          passes++;
          gone.abort();
          return loaded.value.run(inputNhwc, options);
        };
        return ok({ ...model, run });
      },
    },
  );
  const init = { method: "POST", body: seven, signal: gone.signal };
  expect(await outcome(await served.request(`${CLASSIFY}?explain=map`, init))).toBe("client_closed_request");
  expect(passes).toBe(1);
});
