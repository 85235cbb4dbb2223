// `?explain=map` over HTTP: numbers with an overlay, or the overlay alone; for one image and for several.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { memory } from "@tensorflow/tfjs-core";
import { decode } from "fast-png";
import { beforeAll, describe, expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../../src/base/bytes.ts";
import { ok } from "../../../src/base/result.ts";
import { classActivationMap } from "../../../src/decision/explain/class-activation-map.ts";
import { CAUTION } from "../../../src/http/native/explain/explanation.ts";
import { classificationSchema, classificationsSchema } from "../../../src/http/native/schemas.ts";
import { NOTICE } from "../../../src/http/notice.ts";
import type { Model } from "../../../src/model/model.ts";
import { preprocess } from "../../../src/preprocess/preprocess.ts";
import { encodePng } from "../../../train/evaluate/images/encode-png.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { spotted } from "../../explain/bright-spot.ts";
import { averagingModel } from "../../model/averaging-bundle.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits, type Served } from "../served-digits.ts";

const CLASSIFY = "/v1/models/chest-xray/classify";

const pixels = spotted(24, 12, { x: 2, y: 1, side: 5 });
const image = encodePng({ ...pixels, data: Uint8Array.from(pixels.data) });

/** Normal and pneumonia by one logit each, from 7 x 7 pixels by way of a map of 6 x 6. */
async function serve(change: { graph?: object; labels?: Model["manifest"]["labels"] } = {}) {
  const loaded = await averagingModel({ ...(change.graph && { graph: change.graph }), input: { height: 7, width: 7 } });
  const { manifest } = loaded;
  const decision = { policy: "argmax", abstention: {} } as const;
  const model = {
    ...loaded,
    channel: "stable",
    manifest: { ...manifest, decision, labels: change.labels ?? manifest.labels },
  };
  return {
    model,
    served: await serveDigits({
      models: { get: async () => ok(model), status: () => undefined, list: async () => ok([]) },
    }),
  };
}

let model: Model;
let averaging: Served;
let plain: Served;
beforeAll(async () => {
  await useWasmBackend();
  ({ model, served: averaging } = await serve());
  ({ served: plain } = await serve({ graph: { classActivation: undefined } }));
});

const post = (served: Served, query: string, headers: Record<string, string> = {}, body: BodyInit = image) =>
  served.request(CLASSIFY + query, { method: "POST", body, headers });

const postList = (served: Served, images: unknown[], headers: Record<string, string> = {}) =>
  post(served, "?explain=map", { ...headers, "content-type": "application/json" }, JSON.stringify({ images }));

const readOverlay = (url: string) => {
  const [prefix, base64] = url.split(",");
  expect(prefix).toBe("data:image/png;base64");
  return decode(fromBase64(base64) ?? new Uint8Array(), { checkCrc: true });
};

describe("an answer with a map", () => {
  test("is the answer without, and the explanation", async () => {
    const { requestId: _, explanation, ...answer } = await (await post(averaging, "?explain=map")).json();
    const { requestId: __, ...without } = await (await post(averaging, "")).json();
    expect(answer).toEqual(without);
    expect(explanation).toMatchObject({ method: "class_activation", height: 6, width: 6, occlusions: 0 });
  });

  test.each(["averaging", "plain"])("has the form that is documented (%s network)", async (kind) => {
    const answer = await (await post(kind === "plain" ? plain : averaging, "?explain=map")).json();
    expect(classificationSchema.safeParse(answer).error).toBeUndefined();
    expect(answer.explanation.values).toHaveLength(answer.explanation.height * answer.explanation.width);
  });

  test("has the class activations of the model's own weights", async () => {
    const { explanation } = await (await post(averaging, "?explain=map&label=pneumonia")).json();
    const [{ featureMap, logits }] = model.run(preprocess(pixels, model.manifest.input), { featureMap: true });
    const { classActivation } = model;
    if (!featureMap || !classActivation) throw new Error("the model gave no feature map");
    const { values } = classActivationMap(featureMap, classActivation, { index: 1, sign: 1 });
    expect(explanation.values).toEqual([...values].map((value) => expect.closeTo(value, 3)));
    const mean = explanation.values.reduce((sum: number, value: number) => sum + value, 0) / 36;
    expect(mean + classActivation.bias[1]).toBeCloseTo(logits[1], 3);
  });

  test("covers the image where the network does not average, and says how often", async () => {
    const { explanation } = await (await post(plain, "?explain=map")).json();
    expect(explanation).toMatchObject({ method: "occlusion", height: 7, width: 7, occlusions: 49 });
  });

  test("says the range of its values, where it lies, and what it does not show", async () => {
    const { explanation } = await (await post(averaging, "?explain=map")).json();
    expect(explanation.range).toEqual({
      minimum: Math.min(...explanation.values),
      maximum: Math.max(...explanation.values),
    });
    expect(explanation).toMatchObject({ area: { x: 0, y: 0, width: 24, height: 12 }, caution: CAUTION });
  });

  test("has an overlay of the image's size that differs from the image", async () => {
    const { explanation } = await (await post(averaging, "?explain=map")).json();
    const overlay = readOverlay(explanation.overlay);
    expect(overlay).toMatchObject({ width: 24, height: 12, channels: 3, depth: 8 });
    const [red, , blue] = overlay.data;
    expect(red).not.toBe(blue);
  });

  test("is of the label that the query names, with its coding", async () => {
    const named = await (await post(averaging, "?explain=map&label=pneumonia&top=1")).json();
    expect(named.labels).toHaveLength(1);
    expect(named.explanation).toMatchObject({ label: "pneumonia", coding: { code: "233604007" } });
    const other = await (await post(averaging, "?explain=map&label=normal")).json();
    expect(other.explanation.label).toBe("normal");
    expect(other.explanation.values).not.toEqual(named.explanation.values);
  });

  test("leaves no tensor behind", async () => {
    await post(averaging, "?explain=map");
    await post(plain, "?explain=map");
    const before = memory().numTensors;
    await post(averaging, "?explain=map");
    await post(plain, "?explain=map");
    expect(memory().numTensors).toBe(before);
  });
});

describe("the overlay alone", () => {
  test.each(["image/png", "image/*", "image/avif,image/png,*/*;q=0.5", "application/json;q=0.5, image/png"])(
    "answers Accept: %s, and says which model made it in headers and in the file",
    async (accept) => {
      const response = await post(averaging, "?explain=map", { accept });
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "image/png",
        vary: "accept",
        "edgescope-model": "chest-xray",
        "edgescope-version": model.manifest.version,
        "edgescope-digest": model.digest,
        "edgescope-channel": "stable",
        "edgescope-outcome": "label",
        "edgescope-label": expect.stringMatching(/^(normal|pneumonia)$/),
        "edgescope-method": "class_activation",
        "edgescope-notice": `${NOTICE} ${CAUTION}`,
        "cache-control": "no-store",
        "x-request-id": expect.any(String),
      });
      const file = new Uint8Array(await response.arrayBuffer());
      expect(decode(file, { checkCrc: true })).toMatchObject({
        width: 24,
        height: 12,
        text: {
          Software: "Edgescope",
          Source: `chest-xray ${model.manifest.version} ${model.digest}`,
          Disclaimer: NOTICE,
          Warning: CAUTION,
        },
      });
      const { explanation } = await (await post(averaging, "?explain=map")).json();
      expect(explanation.overlay).toBe(`data:image/png;base64,${toBase64(file)}`);
    },
  );

  test.each([
    "*/*",
    "application/json",
    "application/json, image/png;q=0.9",
    "image/png;q=0",
    "image/webp",
    "",
    ";;=,",
  ])("is not what Accept: %j gets", async (accept) => {
    const response = await post(averaging, "?explain=map", { accept });
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  });

  test("is no answer to a request without explain=map", async () => {
    const response = await post(averaging, "", { accept: "image/png" });
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  });

  test("says a label of any characters in a header", async () => {
    const labels = [{ name: "gesund" }, { name: "Entzündung\r\nx: y" }];
    const { served } = await serve({ labels });
    const query = `?explain=map&label=${encodeURIComponent(labels[1].name)}`;
    const response = await post(served, query, { accept: "image/png" });
    expect(response.headers.get("edgescope-label")).toBe("Entz%C3%BCndung%0D%0Ax%3A%20y");
  });

  test("gives way to a problem where the image cannot be read", async () => {
    const response = await post(averaging, "?explain=map", { accept: "image/png" }, "no image");
    expect(response.status).toBe(415);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("a list of images", () => {
  const b64 = toBase64(image);

  test("has a map for each that can be read", async () => {
    const answer = await (await postList(averaging, [{ b64 }, { b64: "AAAA" }, { b64: "-" }, { b64 }])).json();
    expect(classificationsSchema.safeParse(answer).error).toBeUndefined();
    expect(answer.results).toMatchObject([
      { explanation: { method: "class_activation" } },
      { error: { code: "unsupported_media_type" } },
      { error: { code: "invalid_base64" } },
      { explanation: { method: "class_activation" } },
    ]);
  });

  test("is answered as JSON whatever it accepts", async () => {
    const response = await postList(averaging, [{ b64 }], { accept: "image/png" });
    expect(await response.json()).toMatchObject({ results: [{ explanation: { label: expect.any(String) } }] });
  });

  test("has at most four", async () => {
    const response = await postList(
      averaging,
      Array.from({ length: 5 }, () => ({ b64 })),
    );
    expect(await response.json()).toMatchObject({
      status: 413,
      code: "too_many_images",
      detail: expect.stringContaining("at most 4"),
    });
  });
});

describe("is refused with invalid_parameter, and not quoted,", () => {
  test.each([
    "?explain=",
    "?explain=Map",
    "?explain=map%00",
    "?explain=saliency",
    `?explain=${"m".repeat(1000)}`,
    "?label=pneumonia",
    "?explain=map&label=",
    "?explain=map&label=Pneumonia",
    "?explain=map&label=__proto__",
    "?explain=map&label=%F0%9F%A9%BB",
    `?explain=map&label=${"p".repeat(1000)}`,
    "?explain=map&top=0",
  ])("%s", async (query) => {
    const response = await post(averaging, query);
    const problem = await response.json();
    expect(problem).toMatchObject({ status: 400, code: "invalid_parameter" });
    expect(problem.detail.length).toBeLessThan(60);
    expect(averaging.log.at(-1)).toMatchObject({ code: "invalid_parameter", detail: problem.detail });
  });
});

test("a model's shadow is asked about an explained image too", async () => {
  const shadowed = {
    ...model,
    shadow: async () => ok({ ...model, manifest: { ...model.manifest, version: "9.0.0" } }),
  };
  const served = await serveDigits({
    models: { get: async () => ok(shadowed), status: () => undefined, list: async () => ok([]) },
  });
  expect((await post(served, "?explain=map")).status).toBe(200);
  await served.settle();
  expect(served.shadows).toMatchObject([{ shadowVersion: "9.0.0", agreed: true, probabilityDifference: 0 }]);
});

test("a released model has a map of each label", async () => {
  const released = await serveDigits();
  const body = await readFile(join(DIGITS_FOLDER, "examples/7.jpg"));
  for (const label of ["7", "1"]) {
    const query = `?explain=map&label=${label}`;
    const response = await released.request(`/v1/models/mnist/classify${query}`, { method: "POST", body });
    const { decision, explanation } = await response.json();
    expect(decision).toEqual({ outcome: "label", label: "7" });
    expect(explanation.label).toBe(label);
    expect(readOverlay(explanation.overlay)).toMatchObject({ width: 112, height: 112 });
  }
});
