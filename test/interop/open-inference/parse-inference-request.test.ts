// Requests for a model of 2 x 2 grey pixels and two labels, as literal bytes.

import { describe, expect, test } from "vitest";
import { parseInferenceRequest } from "../../../src/interop/open-inference/parse-inference-request.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";
import { binary, bytes, fp32, LIMITS, parse, parseJson, uint8 } from "./parse-request.ts";
import { element, requestBytes } from "./request-bytes.ts";

const grey = (data: Uint8Array | Float32Array) => ({ width: 2, height: 2, channels: 1, data, maxValue: 255 });

function expectImages(parsed: ReturnType<typeof parse>, ...images: unknown[]) {
  expect(parsed).toEqual({ ok: true, value: expect.objectContaining({ images }) });
}

const ALL = ["probabilities", "logits", "label", "decision"];

describe("images in JSON", () => {
  test("UINT8, flat and nested", () => {
    expectImages(parseJson(uint8([1, 2, 2, 1], [0, 51, 102, 255])), grey(Uint8Array.of(0, 51, 102, 255)));
    expectImages(
      parseJson(
        uint8(
          [1, 2, 2, 1],
          [
            [
              [[0], [51]],
              [[102], [255]],
            ],
          ],
        ),
      ),
      grey(Uint8Array.of(0, 51, 102, 255)),
    );
  });

  test("FP32, two of a batch", () => {
    expectImages(
      parseJson(fp32([2, 2, 2, 1], [0, 0.5, 1, 255, 4, 3, 2, 1])),
      grey(Float32Array.of(0, 0.5, 1, 255)),
      grey(Float32Array.of(4, 3, 2, 1)),
    );
  });

  test("BYTES as base64, of shape [N] and [N, 1]", () => {
    expectImages(parseJson(bytes([2], ["AQI=", "/w=="])), Uint8Array.of(1, 2), Uint8Array.of(255));
    expectImages(parseJson(bytes([2, 1], [["AQI="], ["/w=="]])), Uint8Array.of(1, 2), Uint8Array.of(255));
  });
});

describe("images as binary data", () => {
  test("UINT8", () => {
    expectImages(parse(requestBytes(binary("UINT8", [2, 2], 4), [9, 8, 7, 6])), grey(Uint8Array.of(9, 8, 7, 6)));
  });

  test("FP32, little-endian, wherever in the body it begins", () => {
    for (const id of ["", "a", "ab", "abc"]) {
      const { body, headerBytes } = requestBytes(
        { ...binary("FP32", [2, 1], 8), id },
        [0, 0, 0x80, 0x3f, 0, 0, 0x7f, 0x43],
      );
      expectImages(parse({ body, headerBytes }), { ...grey(Float32Array.of(1, 255)), width: 1 });
    }
  });

  test("BYTES, each behind its length", () => {
    expectImages(
      parse(requestBytes(binary("BYTES", [3], 17), element(1, 2), element(), element(3, 4, 5))),
      Uint8Array.of(1, 2),
      new Uint8Array(),
      Uint8Array.of(3, 4, 5),
    );
  });

  test("a body without JSON is the file of one image, and everything is answered as binary data", () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);
    expect(parse({ body: png, headerBytes: 0 })).toEqual({
      ok: true,
      value: { images: [png], outputs: ALL.map((name) => ({ name, binary: true })) },
    });
  });

  test("or the samples of one image of the graph's size", () => {
    expectImages(parse({ body: Uint8Array.of(1, 2, 3, 4), headerBytes: 0 }), grey(Uint8Array.of(1, 2, 3, 4)));
  });
});

describe("what is asked for", () => {
  const asked = (rest: object) => {
    const parsed = parseJson({ ...uint8([1, 1], [0]), ...rest });
    return parsed.ok ? parsed.value.outputs : parsed.error.detail;
  };

  test("all outputs where none are named", () => {
    const all = ALL.map((name) => ({ name, binary: false }));
    expect(asked({})).toEqual(all);
    expect(asked({ outputs: [] })).toEqual(all);
    expect(asked({ outputs: null, parameters: null, id: null })).toEqual(all);
  });

  test("those named, in their order", () => {
    expect(asked({ outputs: [{ name: "label" }, { name: "logits" }] })).toEqual([
      { name: "label", binary: false },
      { name: "logits", binary: false },
    ]);
  });

  test("binary where the request says so, unless the output says otherwise", () => {
    expect(
      asked({
        parameters: { binary_data_output: true, somebody: "else's" },
        outputs: [{ name: "label" }, { name: "logits", parameters: { binary_data: false } }],
      }),
    ).toEqual([
      { name: "label", binary: true },
      { name: "logits", binary: false },
    ]);
  });

  test("classes, at most as many as there are labels; none is no classification", () => {
    const classes = (classification: number) =>
      asked({ outputs: [{ name: "logits", parameters: { classification } }] });
    expect(classes(1)).toEqual([{ name: "logits", binary: false, classes: 1 }]);
    expect(classes(99)).toEqual([{ name: "logits", binary: false, classes: 2 }]);
    expect(classes(0)).toEqual([{ name: "logits", binary: false }]);
  });

  test("the id is given back as it came", () => {
    expect(parseJson({ ...uint8([1, 1], [0]), id: "42 \u{1f600}" })).toMatchObject({ value: { id: "42 \u{1f600}" } });
  });

  test("a multilabel model has no output for the one label", () => {
    const multilabel = { ...exampleManifest, task: "multilabel" as const };
    const parsed = parseInferenceRequest(requestBytes(uint8([1, 1], [0])).body, undefined, multilabel, LIMITS);
    expect(parsed.ok && parsed.value.outputs.map(({ name }) => name)).toEqual(["probabilities", "logits", "decision"]);
  });
});
