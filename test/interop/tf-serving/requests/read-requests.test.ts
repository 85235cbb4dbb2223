import { describe, expect, test } from "vitest";
import {
  classifyRequestSchema,
  readClassifyRequest,
} from "../../../../src/interop/tf-serving/requests/read-classify-request.ts";
import {
  predictRequestSchema,
  readPredictRequest,
} from "../../../../src/interop/tf-serving/requests/read-predict-request.ts";

const foo = { b64: "Zm9v" };
const bytes = new TextEncoder().encode("foo");
const grey = { width: 2, height: 1, channels: 1, data: Float32Array.of(1, 2), maxValue: 255 };

const predict = (request: unknown, maxImages = 4) => readPredictRequest(predictRequestSchema.parse(request), maxImages);
const classify = (request: unknown) =>
  readClassifyRequest(classifyRequestSchema.parse(request), { width: 2, height: 1, colour: "grey" }, 4);

const detailOf = (read: { ok: boolean; error?: { detail: string } }) => (read.ok ? "ok" : read.error?.detail);

describe(":predict", () => {
  test("takes rows, by themselves or by any name", () => {
    const read = { ok: true, value: { signature: "serving_default", format: "row", images: [bytes, grey] } };
    expect(predict({ instances: [foo, [[1, 2]]] })).toEqual(read);
    expect(predict({ instances: [{ image_bytes: foo }, { conv2d_input: [[1, 2]] }] })).toEqual(read);
    expect(predict({ instances: [{ data: "Zm9v", target: 0 }, [[1, 2]]], signature_name: "" })).toEqual(read);
  });

  test("takes columns, by themselves or by any name", () => {
    const read = { ok: true, value: { signature: "named_outputs", format: "columnar", images: [bytes, grey] } };
    expect(predict({ signature_name: "named_outputs", inputs: [foo, [[1, 2]]] })).toEqual(read);
    expect(predict({ signature_name: "named_outputs", inputs: { input_1: [foo, [[1, 2]]] } })).toEqual(read);
  });

  test("keeps the caller's keys, in rows and in columns", () => {
    expect(predict({ instances: [{ image: foo, key: "   1" }] })).toMatchObject({ value: { keys: ["   1"] } });
    expect(predict({ inputs: { image: [foo, foo], key: [1, 2] } })).toMatchObject({ value: { keys: [1, 2] } });
  });

  test.for<[what: string, request: unknown, detail: string]>([
    ["two images in a row", { instances: [{ a: foo, b: foo }] }, "instances[0] does not name one image"],
    ["a row without an image", { instances: [foo, { key: 1 }] }, "instances[1] does not name one image"],
    ["keys for some rows", { instances: [{ a: foo, key: 1 }, foo] }, "either all instances have a key or none"],
    [
      "a column for each of two inputs",
      { inputs: { a: [foo], b: [foo] } },
      "inputs does not name one tensor of images",
    ],
    ["no column", { inputs: {} }, "inputs does not name one tensor of images"],
    ["an empty column", { inputs: [] }, "inputs is not a list of images"],
    ["a scalar", { inputs: foo }, "inputs is not a list of images"],
    ["keys for some of a column", { inputs: { a: [foo, foo], key: [1] } }, "inputs.key is not one key an image"],
    ["more images than are accepted", { instances: [foo, foo, foo, foo, foo] }, "a request may have at most 4 images"],
    [
      "a signature that there is not",
      { signature_name: "constructor", instances: [foo] },
      "signature_name is one of serving_default, serving_bytes, named_outputs",
    ],
    [
      "samples out of range",
      { instances: [[[0]], [[256]]] },
      "instances[1][0][0] is not one number from 0 to 255 for each channel",
    ],
  ])("refuses %s", ([, request, detail]) => {
    expect(detailOf(predict(request))).toBe(detail);
  });

  test.for([{}, { instances: [] }, { instances: {} }, { instances: [foo], inputs: [foo] }, { signature_name: 1 }, 7])(
    "has a schema that refuses %j",
    (request) => {
      expect(predictRequestSchema.safeParse(request).success).toBe(false);
    },
  );
});

describe(":classify", () => {
  test("finds the image of each example, whatever its name, among other features", () => {
    const examples = [
      { image: foo, caption: "seaside" },
      { x: [foo], age: 7, tags: ["a", "b"] },
    ];
    expect(classify({ signature_name: "classification", examples })).toEqual({ ok: true, value: [bytes, bytes] });
  });

  test("takes as many numbers as the model's input has samples, when there is no file", () => {
    expect(classify({ examples: [{ x: [1, 2], y: [1, 2, 3] }] })).toEqual({ ok: true, value: [grey] });
    expect(classify({ examples: [{ x: [1, 2], y: foo }] })).toEqual({ ok: true, value: [bytes] });
  });

  test("finds it in the context too, which every example has", () => {
    const request = { context: { image: foo }, examples: [{ caption: "a" }, { caption: "b" }] };
    expect(classify(request)).toEqual({ ok: true, value: [bytes, bytes] });
  });

  test.for<[what: string, request: unknown, detail: string]>([
    ["an example without an image", { examples: [{ x: 1 }] }, "examples[0] does not have one feature that is an image"],
    ["two images", { examples: [{ a: foo, b: foo }] }, "examples[0] does not have one feature that is an image"],
    [
      "a feature twice",
      { context: { a: 1 }, examples: [{ a: foo }] },
      "examples[0] has a feature that the context has too",
    ],
    ["another signature", { signature_name: "x", examples: [{ a: foo }] }, "signature_name is classification"],
    ["too many", { examples: Array.from({ length: 5 }, () => ({ a: foo })) }, "a request may have at most 4 images"],
    ["damaged base64", { examples: [{ a: { b64: "*" } }] }, "examples[0] is not base64"],
  ])("refuses %s", ([, request, detail]) => {
    expect(detailOf(classify(request))).toBe(detail);
  });

  test.for([{}, { examples: [] }, { examples: [7] }, { examples: {} }, { examples: [{}], context: [] }])(
    "has a schema that refuses %j",
    (request) => {
      expect(classifyRequestSchema.safeParse(request).success).toBe(false);
    },
  );
});
