import { expect, test } from "vitest";
import { toModelConfig, toModelMetadata, toServerMetadata } from "../../../src/interop/open-inference/metadata.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";

test("the server names the extensions that it understands", () => {
  expect(toServerMetadata("1.2.3")).toEqual({
    name: "edgescope",
    version: "1.2.3",
    extensions: ["binary_tensor_data", "classification", "model_configuration"],
  });
});

test("a model says what it takes and gives", () => {
  expect(toModelMetadata(exampleManifest, ["1.2.0-rc.1"], { digest: "d" })).toEqual({
    name: "chest-xray",
    versions: ["1.2.0-rc.1"],
    platform: "tensorflowjs_graphmodel",
    inputs: [{ name: "image", datatype: "UINT8", shape: [-1, 2, 2, 1] }],
    outputs: [
      { name: "probabilities", datatype: "FP32", shape: [-1, 2] },
      { name: "logits", datatype: "FP32", shape: [-1, 2] },
      { name: "label", datatype: "BYTES", shape: [-1] },
      { name: "decision", datatype: "BYTES", shape: [-1] },
    ],
    parameters: { digest: "d" },
  });
});

test("a model of several labels at once has no one label, and one of colour has three channels", () => {
  const input = { ...exampleManifest.input, colour: "rgb" as const };
  const { inputs, outputs } = toModelMetadata({ ...exampleManifest, input, task: "multilabel" }, [], {});
  expect(inputs[0].shape).toEqual([-1, 2, 2, 3]);
  expect(outputs.map(({ name }) => name)).toEqual(["probabilities", "logits", "decision"]);
});

test("its configuration has the tensors of one image and how many of them go together", () => {
  expect(toModelConfig(exampleManifest, 32)).toEqual({
    name: "chest-xray",
    platform: "tensorflowjs_graphmodel",
    backend: "",
    max_batch_size: 32,
    input: [{ name: "image", data_type: "TYPE_UINT8", dims: [2, 2, 1], format: "FORMAT_NHWC" }],
    output: [
      { name: "probabilities", data_type: "TYPE_FP32", dims: [2] },
      { name: "logits", data_type: "TYPE_FP32", dims: [2] },
      { name: "label", data_type: "TYPE_STRING", dims: [] },
      { name: "decision", data_type: "TYPE_STRING", dims: [] },
    ],
  });
});
