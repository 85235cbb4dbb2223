// What is no request for a model of 2 x 2 grey pixels and two labels, and that nothing of it is quoted.

import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { binary, bytes, fp32, parse, parseJson, uint8, withInput } from "./parse-request.ts";
import { element, requestBytes, type PostedBytes } from "./request-bytes.ts";

describe("refuses", () => {
  const output = (name: string, parameters?: object) => ({ ...uint8([1, 1], [0]), outputs: [{ name, parameters }] });

  test.each<[what: string, json: unknown]>([
    ["no inputs", { inputs: [] }],
    ["inputs that are no array", { inputs: {} }],
    ["two inputs", { inputs: [...uint8([1, 1], [0]).inputs, ...uint8([1, 1], [0]).inputs] }],
    ["an input of another name", { inputs: [{ name: "input0", shape: [1, 1], datatype: "UINT8", data: [0] }] }],
    ["an id that is no text", { ...uint8([1, 1], [0]), id: 42 }],
    ["another datatype", withInput({ shape: [1, 1], datatype: "INT32", data: [0] })],
    ["a datatype in lower case", withInput({ shape: [1, 1], datatype: "uint8", data: [0] })],
    ["a shape that is no array", withInput({ shape: 4, datatype: "UINT8", data: [0] })],
    ["a negative size", uint8([1, -1], [0])],
    ["a size that is not whole", uint8([1, 0.5], [0])],
    ["a size above 2^53", uint8([1, 2 ** 60], [0])],
    ["sizes whose product wraps in 64 bits", uint8([1, 2 ** 32, 2 ** 32, 1], [0])],
    ["nine dimensions", bytes([1, 1, 1, 1, 1, 1, 1, 1, 1], ["AA=="])],
    ["no images", uint8([0, 2, 2, 1], [])],
    ["more elements than the shape says", uint8([1, 2, 2, 1], [1, 2, 3, 4, 5])],
    ["fewer", fp32([1, 2, 2, 1], [1, 2, 3])],
    ["data that is no array", uint8([1, 1], 7)],
    ["data that is null", uint8([1, 1], null)],
    ["neither data nor binary data", withInput({ shape: [1, 1], datatype: "UINT8" })],
    ["UINT8 above 255", uint8([1, 1], [256])],
    ["UINT8 below 0", uint8([1, 1], [-1])],
    ["UINT8 that is not whole", uint8([1, 1], [0.5])],
    ["FP32 above 255", fp32([1, 1], [255.5])],
    ["FP32 below 0, as of a normalised image", fp32([1, 1], [-0.5])],
    ["text for a number", fp32([1, 1], ["1"])],
    ["null for a number", fp32([1, 1], [null])],
    ["a number for text", bytes([1], [1])],
    ["text that is not base64", bytes([1], ["not base64!"])],
    ["no encoded images", bytes([0], [])],
    ["encoded images with no shape", bytes([], ["AA=="])],
    ["encoded images of another shape", bytes([1, 2], ["AA==", "AA=="])],
    ["shared memory", withInput({ shape: [1, 1], datatype: "UINT8", parameters: { shared_memory_region: "r" } })],
    ["an output of another name", output("output0")],
    ["an output twice", { ...uint8([1, 1], [0]), outputs: [{ name: "label" }, { name: "label" }] }],
    ["an output in shared memory", output("logits", { shared_memory_region: "r" })],
    ["classes of text", output("label", { classification: 2 })],
    ["fewer classes than none", output("logits", { classification: -1 })],
    ["half a class", output("logits", { classification: 1.5 })],
    ["binary_data that is no truth", output("logits", { binary_data: "yes" })],
    ["binary_data_output that is no truth", { ...uint8([1, 1], [0]), parameters: { binary_data_output: 1 } }],
    ["an array", []],
    ["text", "inputs"],
    ["null", null],
  ])("%s", (_what, json) => {
    expect(parseJson(json)).toMatchObject({ ok: false, error: { reason: "invalid_request" } });
  });

  test.each<[what: string, posted: PostedBytes]>([
    ["fewer bytes than binary_data_size", requestBytes(binary("UINT8", [2, 2], 4), [1, 2, 3])],
    ["more", requestBytes(binary("UINT8", [2, 2], 4), [1, 2, 3, 4, 5])],
    ["a binary_data_size that the shape does not make", requestBytes(binary("UINT8", [2, 2], 5), [1, 2, 3, 4, 5])],
    ["FP32 of three bytes", requestBytes(binary("FP32", [1, 1], 3), [0, 0, 0])],
    ["FP32 that is no number", requestBytes(binary("FP32", [1, 1], 4), [0, 0, 0xc0, 0x7f])],
    ["FP32 without end", requestBytes(binary("FP32", [1, 1], 4), [0, 0, 0x80, 0x7f])],
    ["sizes that only their product makes right", requestBytes(binary("UINT8", [0.5, 8], 4), [1, 2, 3, 4])],
    ["a negative binary_data_size", requestBytes(binary("UINT8", [1, 1], -1), [1])],
    ["a binary_data_size as text", requestBytes(binary("UINT8", [1, 1], "1"), [1])],
    [
      "data and binary data",
      requestBytes(
        withInput({ shape: [1, 1], datatype: "UINT8", data: [1], parameters: { binary_data_size: 1 } }),
        [1],
      ),
    ],
    ["data behind JSON that has its data", requestBytes(uint8([1, 1], [1]), [1])],
    ["an element longer than the data", requestBytes(binary("BYTES", [1], 6), [3, 0, 0, 0, 1, 2])],
    ["an element of four gigabytes", requestBytes(binary("BYTES", [1], 6), [255, 255, 255, 255, 1, 2])],
    ["a length cut short", requestBytes(binary("BYTES", [2], 8), element(7), [1, 0, 0])],
    ["an element too many", requestBytes(binary("BYTES", [1], 10), element(7), element(8))],
    ["an element too few", requestBytes(binary("BYTES", [2], 5), element(7))],
    ["a header longer than the body", { ...requestBytes(uint8([1, 1], [1])), headerBytes: 4096 }],
  ])("%s", (_what, posted) => {
    expect(parse(posted)).toMatchObject({ ok: false, error: { reason: "invalid_request" } });
  });

  test("a header that ends within the JSON", () => {
    expect(parse({ ...requestBytes(uint8([1, 1], [1])), headerBytes: 20 })).toMatchObject({
      ok: false,
      error: { reason: "invalid_json" },
    });
  });

  test.each([
    ["UINT8", uint8([4, 1, 1, 1], [1, 2, 3, 4])],
    ["BYTES", bytes([4], ["AA==", "AA==", "AA==", "AA=="])],
    ["sizes that no body can have", uint8([2 ** 50, 28, 28, 3], [0])],
  ])("more images than a request may have: %s", (_what, json) => {
    expect(parseJson(json)).toMatchObject({ ok: false, error: { reason: "too_many_images" } });
  });

  test.each([
    ["what is no JSON", "inputs", "invalid_json"],
    ["JSON that ends too early", '{"inputs":[', "invalid_json"],
    ["JSON nested deeper than is accepted", `${"[".repeat(11)}${"]".repeat(11)}`, "json_too_deep"],
    ["JSON of more values than are accepted", `[${"0,".repeat(1000)}0]`, "json_too_many_values"],
  ])("%s", (_what, text, reason) => {
    expect(parse({ body: toUtf8(text) })).toMatchObject({ ok: false, error: { reason } });
  });

  test("without a word of what was posted", () => {
    const marker = "DOE-JOHN-19700101";
    for (const json of [
      { inputs: [{ name: marker, shape: [1, 1], datatype: "UINT8", data: [0] }] },
      { ...uint8([1, 1], [marker]), id: { [marker]: marker } },
      uint8([1, 1], [marker]),
      bytes([1], [marker]),
      withInput({ shape: [1, 1], datatype: marker, data: [0] }),
      withInput({ shape: [marker], datatype: "UINT8", data: [0], [marker]: marker }),
      { ...uint8([1, 1], [0]), outputs: [{ name: marker }], parameters: { [marker]: { [marker]: marker } } },
      marker,
    ]) {
      const parsed = parseJson(json);
      expect(parsed.ok).toBe(false);
      expect(JSON.stringify(parsed)).not.toContain(marker);
    }
  });
});
