// Several images in one request: each has its own result or its own error, in order, from as few passes as may be.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ok } from "../../../src/base/result.ts";
import { classificationsSchema } from "../../../src/http/native/schemas.ts";
import { NOTICE } from "../../../src/http/notice.ts";
import { DEFAULT_LIMITS } from "../../../src/http/request/limits.ts";
import type { Model } from "../../../src/model/model.ts";
import { readBundleFolder } from "../../../train/pack/bundle-folder.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits } from "../served-digits.ts";

const CLASSIFY = "/v1/models/mnist/classify";
const example = async (name: string) => new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples", name)));
const b64 = async (name: string) => ({
  b64: (await readFile(join(DIGITS_FOLDER, "examples", name))).toString("base64"),
});

const served = await serveDigits();

async function formOf(...names: string[]): Promise<FormData> {
  const form = new FormData();
  for (const name of names) form.append("image", new File([await example(name)], name));
  return form;
}

const post = (body: BodyInit, headers: HeadersInit = {}, query = "") =>
  served.request(CLASSIFY + query, { method: "POST", body, headers });

const postJson = (value: unknown, query = "") =>
  post(JSON.stringify(value), { "content-type": "application/json; charset=utf-8" }, query);

const decisions = async (response: Response) => {
  expect(response.status).toBe(200);
  const answer = await response.json();
  expect(classificationsSchema.safeParse(answer).error).toBeUndefined();
  return answer.results.map(
    ({ decision, error }: { decision?: { label: string }; error?: { code: string } }) => decision?.label ?? error?.code,
  );
};

async function gzip(body: BodyInit): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Response(body).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe("a list of images", () => {
  test("as the files of a form is answered in order, with the model, the request id and the notice", async () => {
    const response = await post(await formOf("3.png", "1.jpg", "4.png"));
    const answer = await response.json();
    expect(answer).toMatchObject({
      requestId: response.headers.get("x-request-id"),
      model: { name: "mnist", version: "1.0.0", channel: "stable" },
      results: [
        { decision: { outcome: "label", label: "3" }, image: { mediaType: "image/png", width: 28, height: 28 } },
        { decision: { outcome: "label", label: "1" }, image: { mediaType: "image/jpeg" } },
        { decision: { outcome: "label", label: "4" } },
      ],
      notice: NOTICE,
    });
    expect(answer.results[0].labels).toHaveLength(10);
  });

  test("as JSON is answered in order, in base64 and as data: URLs", async () => {
    const { b64: nine } = await b64("9.png");
    const images = [await b64("2.jpg"), { url: `data:image/png;base64,${nine}` }, { url: `DATA:;Base64,${nine}` }];
    expect(await decisions(await postJson({ images }))).toEqual(["2", "9", "9"]);
  });

  test("of one in JSON is a list all the same; a form with one file is not", async () => {
    expect(await decisions(await postJson({ images: [await b64("6.png")] }))).toEqual(["6"]);
    expect(await (await post(await formOf("6.png"))).json()).toMatchObject({ decision: { label: "6" } });
  });

  test("has as many labels for each as top asks for", async () => {
    const { results } = await (await postJson({ images: [await b64("5.png"), await b64("8.png")] }, "?top=2")).json();
    expect(results).toMatchObject([{ labels: [{ label: "5" }, {}] }, { labels: [{ label: "8" }, {}] }]);
  });

  test("says of each image that cannot be read why, and answers for the others", async () => {
    const seven = await example("7.png");
    const image = (bytes: Uint8Array) => ({ b64: Buffer.from(bytes).toString("base64") });
    const images = [
      await b64("0.png"),
      image(seven.subarray(0, 100)),
      { b64: "" },
      { b64: "*" },
      { url: "http://169.254.169.254/latest/meta-data/" },
      { url: "data:image/png,%89PNG" },
      image(new Uint8Array(8 * 1024 * 1024 + 1)),
      await b64("1.png"),
    ];
    expect(await decisions(await postJson({ images }))).toEqual([
      "0",
      "image_truncated",
      "empty_body",
      "invalid_base64",
      "unsupported_url",
      "unsupported_url",
      "body_too_large",
      "1",
    ]);
  });

  test("shares a forward pass", async () => {
    const bundle = await readBundleFolder(DIGITS_FOLDER);
    if (!bundle.ok) throw new Error(bundle.error.detail);
    const passes: number[] = [];
    const model: Model = {
      ...bundle.value,
      run: (inputNhwc) => {
        passes.push(inputNhwc.length / 784);
        return Array.from({ length: inputNhwc.length / 784 }, () => ({ logits: new Float32Array(10) }));
      },
      dispose: () => undefined,
    };
    const counting = await serveDigits({
      models: { get: async () => ok(model), status: () => undefined, list: async () => ok([]) },
    });
    const images = [await b64("0.png"), { b64: "*" }, await b64("1.png"), await b64("2.png")];
    const body = JSON.stringify({ images });
    await counting.request(CLASSIFY, { method: "POST", body, headers: { "content-type": "application/json" } });
    expect(passes).toEqual([3]);
  });
});

describe("gzip", () => {
  test("is taken for a raw image, a form and JSON", async () => {
    const packed = { "content-encoding": "gzip" };
    const raw = await post(await gzip(await example("7.png")), packed);
    expect(await raw.json()).toMatchObject({ decision: { label: "7" }, image: { mediaType: "image/png" } });

    const form = new Response(await formOf("1.png", "2.png"));
    const formType = { "content-type": form.headers.get("content-type") ?? "" };
    const forms = await post(await gzip(await form.arrayBuffer()), { ...packed, ...formType });
    expect(await decisions(forms)).toEqual(["1", "2"]);

    const json = await gzip(JSON.stringify({ images: [await b64("3.png")] }));
    expect(await decisions(await post(json, { ...packed, "content-type": "application/json" }))).toEqual(["3"]);
  });

  test("is not a way around the ceiling on bytes", async () => {
    for (const contentType of ["application/octet-stream", "application/json", "multipart/form-data; boundary=x"]) {
      const bomb = await gzip(new Uint8Array(64 * 1024 * 1024));
      const response = await post(bomb, { "content-encoding": "GZIP", "content-type": contentType });
      expect(await response.json()).toMatchObject({ status: 413, code: "body_too_large" });
    }
  });
});

describe("the ceilings on a request", () => {
  test("count the files of a form before they are parsed, and the images of JSON", async () => {
    const strict = await serveDigits({ limits: { ...DEFAULT_LIMITS, maxImages: 2 } });
    const three = await formOf("1.png", "2.png", "3.png");
    const response = await strict.request(CLASSIFY, { method: "POST", body: three });
    expect(await response.json()).toMatchObject({ status: 413, code: "too_many_images" });
    const two = await strict.request(CLASSIFY, { method: "POST", body: await formOf("1.png", "2.png") });
    expect(await decisions(two)).toEqual(["1", "2"]);
  });

  test("hold for a form of a million empty parts", async () => {
    const part = "--x\r\n\r\n\r\n";
    const headers = { "content-type": 'multipart/form-data; boundary="x"' };
    const response = await post(`${part.repeat(1_000_000)}--x--\r\n`, headers);
    expect(await response.json()).toMatchObject({ status: 413, code: "too_many_images" });
  });

  test("count the bytes of a form and of JSON as a whole", async () => {
    const strict = await serveDigits({ limits: { ...DEFAULT_LIMITS, maxRequestBytes: 1000 } });
    const form = await strict.request(CLASSIFY, { method: "POST", body: await formOf("1.jpg", "2.jpg") });
    expect(await form.json()).toMatchObject({ status: 413, code: "body_too_large" });
    const body = JSON.stringify({ images: [{ b64: "A".repeat(1000) }] });
    const headers = { "content-type": "application/json" };
    const json = await strict.request(CLASSIFY, { method: "POST", body, headers });
    expect(await json.json()).toMatchObject({ status: 413, code: "body_too_large" });
  });
});

describe("JSON of another form", () => {
  test.for<[what: string, body: unknown, where: string]>([
    ["is no object", [], "the JSON is"],
    ["has no images", {}, "the JSON's images is"],
    ["has images that are none", { images: [] }, "the JSON's images is"],
    ["has a number for an image", { images: [{ b64: "" }, 7] }, "the JSON's images.1 is"],
    ["has an image both ways", { images: [{ b64: "", url: "data:," }] }, "the JSON's images.0 is"],
    ["has a member that nobody knows", { images: [{ b64: "" }], DOE: "JOHN" }, "the JSON is"],
  ])("is refused when it %s, without quoting it", async ([, body, where]) => {
    const problem = await (await postJson(body)).json();
    expect(problem).toMatchObject({ status: 400, code: "invalid_request", detail: `${where} not what is asked for` });
  });
});

describe("a single image that is asked for as a list", () => {
  test("is answered as one, raw and as a form", async () => {
    expect(await decisions(await post(await example("7.png"), {}, "?list=true"))).toEqual(["7"]);
    expect(await decisions(await post(await formOf("7.png"), {}, "?list=true"))).toEqual(["7"]);
  });

  test("has its error in its place", async () => {
    const cut = (await example("7.png")).subarray(0, 60);
    expect(await decisions(await post(cut, {}, "?list=true"))).toEqual(["image_truncated"]);
  });

  test("is refused with another word", async () => {
    expect(await (await post(await example("7.png"), {}, "?list=1")).json()).toMatchObject({
      code: "invalid_parameter",
    });
  });
});
