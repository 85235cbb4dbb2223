import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits } from "../served-digits.ts";

const served = await serveDigits();

const tensor = (name: string, dtype: string, ...sizes: string[]) => ({
  dtype,
  tensor_shape: { dim: sizes.map((size) => ({ size, name: "" })), unknown_rank: false },
  name: `${name}:0`,
});

const images = tensor("images", "DT_FLOAT", "-1", "28", "28", "1");
const probabilities = tensor("probabilities", "DT_FLOAT", "-1", "10");

test("the metadata has every signature with its tensors, their types and shapes", async () => {
  expect(await (await served.request("/v1/models/mnist/metadata")).json()).toEqual({
    model_spec: { name: "mnist", signature_name: "", version: "1.0.0" },
    metadata: {
      signature_def: {
        signature_def: {
          serving_default: {
            inputs: { images },
            outputs: { probabilities },
            method_name: "tensorflow/serving/predict",
          },
          serving_bytes: {
            inputs: { image_bytes: tensor("image_bytes", "DT_STRING", "-1") },
            outputs: { probabilities },
            method_name: "tensorflow/serving/predict",
          },
          named_outputs: {
            inputs: { images },
            outputs: {
              probabilities,
              logits: tensor("logits", "DT_FLOAT", "-1", "10"),
              decision: tensor("decision", "DT_STRING", "-1"),
              label: tensor("label", "DT_STRING", "-1"),
            },
            method_name: "tensorflow/serving/predict",
          },
          classification: {
            inputs: { inputs: tensor("inputs", "DT_STRING", "-1") },
            outputs: {
              classes: tensor("classes", "DT_STRING", "-1", "10"),
              scores: tensor("scores", "DT_FLOAT", "-1", "10"),
            },
            method_name: "tensorflow/serving/classify",
          },
        },
      },
    },
  });
});

test("every signature of the metadata can be asked for, with the inputs that it names", async () => {
  const b64 = (await readFile(join(DIGITS_FOLDER, "examples/7.png"))).toString("base64");
  const samples = Array.from({ length: 28 }, () => Array.from({ length: 28 }, () => [0]));
  const { metadata } = await (await served.request("/v1/models/mnist/metadata")).json();
  for (const [signature_name, { inputs, outputs, method_name }] of Object.entries<{
    inputs: Record<string, { dtype: string }>;
    outputs: Record<string, unknown>;
    method_name: string;
  }>(metadata.signature_def.signature_def)) {
    const [[input, { dtype }]] = Object.entries(inputs);
    const named = { [input]: dtype === "DT_STRING" ? { b64 } : samples };
    const verb = method_name.split("/").at(-1);
    const body = JSON.stringify({ signature_name, [verb === "classify" ? "examples" : "instances"]: [named] });
    const response = await served.request(`/v1/models/mnist:${verb}`, { method: "POST", body });
    expect([signature_name, response.status]).toEqual([signature_name, 200]);
    const { predictions } = await response.json();
    if (Object.keys(outputs).length > 1 && predictions) {
      expect(Object.keys(predictions[0])).toEqual(Object.keys(outputs));
    }
  }
});

test("a numeric image gives the probabilities that its file gives", async () => {
  const file = await readFile(join(DIGITS_FOLDER, "examples/7.png"));
  const { decode } = await import("fast-png");
  const { data, width, height } = decode(file);
  const samples = Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);
  const body = JSON.stringify({ instances: [samples, { b64: file.toString("base64") }] });
  const response = await served.request("/v1/models/mnist:predict", { method: "POST", body });
  const [fromSamples, fromFile] = (await response.json()).predictions;
  expect(fromSamples).toEqual(fromFile);
});
