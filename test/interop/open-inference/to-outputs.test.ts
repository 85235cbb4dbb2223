// Predictions to tensors, and tensors to the bytes of a response.

import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import { toOutputs } from "../../../src/interop/open-inference/to-outputs.ts";
import { writeInferenceResponse } from "../../../src/interop/open-inference/write-inference-response.ts";
import type { Prediction } from "../../../src/predict.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";

const ABSTAINED = { outcome: "abstain", reason: "low_probability" } as const;

const prediction = (decision: Prediction["decision"], ...logits: number[]): Prediction => ({
  scores: logits.map((logit, i) => ({ label: { name: `index_${i}_label` }, probability: logit / 10, logit })),
  decision,
  image: { width: 2, height: 2 },
});

const withLabels = (count: number): Manifest => ({
  ...exampleManifest,
  labels: Array.from({ length: count }, (_, i) => ({ name: `index_${i}_label` })),
});

describe("tensors", () => {
  test("the classes of the extension's example, the highest value first", () => {
    const predictions = [prediction(ABSTAINED, 1.1, 3.3, 0.5, 2.4)];
    const asked = [{ name: "logits", binary: false, classes: 2 }] as const;
    expect(toOutputs(predictions, withLabels(4), asked)).toEqual([
      {
        name: "logits",
        binary: false,
        datatype: "BYTES",
        shape: [1, 2],
        data: ["3.3:1:index_1_label", "2.4:3:index_3_label"],
      },
    ]);
  });

  test("of equal values the first label's comes first", () => {
    const asked = [{ name: "probabilities", binary: false, classes: 3 }] as const;
    const [output] = toOutputs([prediction(ABSTAINED, 2, 5, 5)], withLabels(3), asked);
    expect(output.data).toEqual(["0.5:1:index_1_label", "0.5:2:index_2_label", "0.2:0:index_0_label"]);
  });

  test("scores have a row for each image", () => {
    const predictions = [prediction(ABSTAINED, 1, 2), prediction(ABSTAINED, 3, 4)];
    expect(toOutputs(predictions, withLabels(2), [{ name: "logits", binary: true }])).toEqual([
      { name: "logits", binary: true, datatype: "FP32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    ]);
  });

  test.each<[Prediction["decision"], label: string]>([
    [{ outcome: "label", label: "normal" }, "normal"],
    [{ outcome: "positive", label: "pneumonia", threshold: 0.25 }, "pneumonia"],
    [{ outcome: "negative", label: "pneumonia", threshold: 0.25 }, "normal"],
    [ABSTAINED, ""],
    [{ outcome: "labels", labels: ["normal"] }, ""],
  ])("the decision %j decides for '%s'", (decision, label) => {
    const asked = [
      { name: "label", binary: false },
      { name: "decision", binary: false },
    ] as const;
    expect(toOutputs([prediction(decision, 1, 2)], exampleManifest, asked)).toEqual([
      { name: "label", binary: false, datatype: "BYTES", shape: [1], data: [label] },
      { name: "decision", binary: false, datatype: "BYTES", shape: [1], data: [JSON.stringify(decision)] },
    ]);
  });
});

describe("the response", () => {
  const facts = { model_name: "m", model_version: "1.0.0", parameters: { digest: "d" } };
  const scores = { name: "logits", datatype: "FP32", shape: [1, 2], data: Float32Array.of(0.9, -2) } as const;
  const labels = { name: "label", datatype: "BYTES", shape: [2], data: ["7", "né"] } as const;

  test("is JSON where nothing is asked for as binary data", () => {
    const { body, headerBytes } = writeInferenceResponse({ ...facts, id: "42" }, [
      { ...scores, shape: [1, 2], binary: false },
      { ...labels, shape: [2], data: ["7", "né"], binary: false },
    ]);
    expect(headerBytes).toBeUndefined();
    expect(new TextDecoder().decode(body)).toBe(
      '{"model_name":"m","model_version":"1.0.0","parameters":{"digest":"d"},"id":"42","outputs":[' +
        '{"name":"logits","datatype":"FP32","shape":[1,2],"data":[0.9,-2]},' +
        '{"name":"label","datatype":"BYTES","shape":[2],"data":["7","né"]}]}',
    );
  });

  test("has the binary data behind the JSON, little-endian, each text behind its length", () => {
    const { body, headerBytes } = writeInferenceResponse(facts, [
      { ...scores, shape: [1, 2], binary: true },
      { ...labels, shape: [2], data: ["7", "né"], binary: true },
    ]);
    expect(JSON.parse(new TextDecoder().decode(body.subarray(0, headerBytes)))).toEqual({
      ...facts,
      outputs: [
        { name: "logits", datatype: "FP32", shape: [1, 2], parameters: { binary_data_size: 8 } },
        { name: "label", datatype: "BYTES", shape: [2], parameters: { binary_data_size: 12 } },
      ],
    });
    const binary = body.subarray(headerBytes);
    expect([...binary.subarray(0, 8)]).toEqual([0x66, 0x66, 0x66, 0x3f, 0, 0, 0, 0xc0]);
    expect([...binary.subarray(8)]).toEqual([1, 0, 0, 0, 0x37, 3, 0, 0, 0, 0x6e, 0xc3, 0xa9]);
  });

  test("mixes both", () => {
    const { body, headerBytes } = writeInferenceResponse(facts, [
      { ...labels, shape: [2], data: ["7", "né"], binary: false },
      { ...scores, shape: [1, 2], binary: true },
    ]);
    expect(JSON.parse(new TextDecoder().decode(body.subarray(0, headerBytes)))).toMatchObject({
      outputs: [
        { name: "label", data: ["7", "né"] },
        { name: "logits", parameters: { binary_data_size: 8 } },
      ],
    });
    expect([...body.subarray(headerBytes)]).toEqual([0x66, 0x66, 0x66, 0x3f, 0, 0, 0, 0xc0]);
  });
});
