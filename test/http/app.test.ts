import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { classificationSchema, modelCardSchema, modelListSchema } from "../../src/http/native/schemas.ts";
import { NOTICE } from "../../src/http/notice.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { serveDigits, type Served } from "./served-digits.ts";

const CLASSIFY = "/v1/models/mnist/classify";
const example = (name: string) => readFile(join(DIGITS_FOLDER, "examples", name));

let served: Served;
beforeAll(async () => {
  served = await serveDigits();
});

const post = async (body: BodyInit, query = "", headers = {}) =>
  served.request(CLASSIFY + query, { method: "POST", body, headers });

describe("POST /v1/models/{model}/classify", () => {
  test("answers with the model, ranked labels, the decision, the image's facts, a request id and the notice", async () => {
    const response = await post(await example("7.png"));
    expect(response.status).toBe(200);
    const answer = await response.json();
    expect(answer).toMatchObject({
      model: { name: "mnist", version: "1.0.0", digest: expect.stringMatching(/^[0-9a-f]{64}$/), channel: "stable" },
      decision: { outcome: "label", label: "7" },
      image: { mediaType: "image/png", width: 28, height: 28 },
      requestId: response.headers.get("x-request-id"),
      notice: NOTICE,
    });
    expect(classificationSchema.safeParse(answer).error).toBeUndefined();
    const probabilities = answer.labels.map((label: { probability: number }) => label.probability);
    expect(probabilities).toHaveLength(10);
    expect(probabilities).toEqual(probabilities.toSorted((a: number, b: number) => b - a));
    expect(probabilities.reduce((sum: number, probability: number) => sum + probability)).toBeCloseTo(1, 9);
    expect(answer.labels[0]).toMatchObject({ label: "7", logit: expect.any(Number) });
  });

  test("reads the drawn digits rightly, as PNG and as JPEG", async () => {
    for (let digit = 0; digit < 10; digit++) {
      for (const type of ["png", "jpg"]) {
        const answer = await (await post(await example(`${digit}.${type}`))).json();
        expect(answer.decision, `${digit}.${type}`).toEqual({ outcome: "label", label: String(digit) });
      }
    }
  });

  test("takes the type from the bytes, whatever the request declares", async () => {
    const answer = await (await post(await example("3.jpg"), "", { "content-type": "image/png" })).json();
    expect(answer.image).toEqual({ mediaType: "image/jpeg", width: 112, height: 112 });
  });

  test("takes the one file of a form", async () => {
    const form = new FormData();
    form.append("image", new File([await example("4.png")], "digit.png"));
    expect((await (await post(form)).json()).decision).toEqual({ outcome: "label", label: "4" });
  });

  test("gives as many labels as top asks for, and all when it asks for more", async () => {
    const body = await example("5.png");
    expect((await (await post(body, "?top=1")).json()).labels).toMatchObject([{ label: "5" }]);
    expect((await (await post(body, "?top=3")).json()).labels).toHaveLength(3);
    expect((await (await post(body, "?top=999")).json()).labels).toHaveLength(10);
  });

  test("is answered with headers that keep it out of caches", async () => {
    const { headers } = await post(await example("0.png"));
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("what is served", () => {
  test("GET /v1/models lists the models with their channels", async () => {
    await served.request("/v1/models/mnist");
    const list = await (await served.request("/v1/models")).json();
    expect(modelListSchema.safeParse(list).error).toBeUndefined();
    expect(list).toEqual({
      models: ["mnist"],
      channels: { mnist: { stable: { version: "1.0.0", digest: expect.any(String) } } },
      status: { mnist: expect.objectContaining({ source: "storage" }) },
      notice: NOTICE,
    });
  });

  test("GET /v1/models/{model} says what the model is for and what it was trained on", async () => {
    expect(await (await served.request("/v1/models/mnist")).json()).toMatchObject({
      model: { name: "mnist", version: "1.0.0", channel: "stable" },
      task: "multiclass",
      labels: Array.from({ length: 10 }, (_, digit) => ({ label: String(digit) })),
      input: { height: 28, width: 28, colour: "grey" },
      training: { recipe: "mnist", dataset: { name: "mnist" } },
      limitations: expect.arrayContaining([expect.stringContaining("Not a medical model")]),
      notice: NOTICE,
    });
  });

  test("GET /v1/models/{model} holds what TensorFlow Serving's and KServe's clients look for, errors included", async () => {
    const card = await (await served.request("/v1/models/mnist")).json();
    expect(modelCardSchema.safeParse(card).error).toBeUndefined();
    expect(card).toMatchObject({
      name: "mnist",
      ready: true,
      model_version_status: [{ version: "1.0.0", state: "AVAILABLE", status: { error_code: "OK", error_message: "" } }],
    });
    const absent = await served.request("/v1/models/absent");
    expect(absent.status).toBe(404);
    expect(await absent.json()).toMatchObject({ code: "model_not_found", error: "no model has this name" });
  });

  test("GET /healthz is ready when every served model has passed its self-test", async () => {
    const response = await served.request("/healthz");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ready", notice: NOTICE });
  });
});

describe("the log", () => {
  test("has one line a request with the route, and nothing that the caller sent", async () => {
    const marker = "DOE-JOHN-19700101";
    const before = served.log.length;
    await served.request(`/v1/models/${marker}/classify?top=1&patient=${marker}`, {
      method: "POST",
      headers: { "x-patient": marker, "content-type": marker },
      body: marker,
    });
    await served.request(`/${marker}`);
    await post(marker);
    const lines = served.log.slice(before);
    expect(lines.map(({ route, status, code }) => [route, status, code])).toEqual([
      ["/v1/models/:model/classify", 404, "model_not_found"],
      ["/*", 404, "not_found"],
      ["/v1/models/:model/classify", 415, "unsupported_media_type"],
    ]);
    expect(JSON.stringify(lines)).not.toContain(marker);
  });
});
