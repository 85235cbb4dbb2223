// Every example request in the public documents of TensorFlow Serving's REST API and of KServe's v1 protocol that applies
// to an image classifier. What the examples' models are is replaced by what this one is: its name, its version, its
// signature, and images in the place of other values. What does not apply: requests for several inputs, regression,
// and KServe's optional explainer; how those are refused stands in refused-requests.test.ts.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { modelListSchema } from "../../../src/http/native/schemas.ts";
import { errorObjectSchema } from "../../../src/http/problem.ts";
import {
  classifyAnswerSchema,
  modelMetadataSchema,
  modelStatusSchema,
  predictAnswerSchema,
} from "../../../src/interop/tf-serving/answer-schemas.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";

const SCHEMAS = [
  modelStatusSchema,
  modelMetadataSchema,
  predictAnswerSchema,
  classifyAnswerSchema,
  modelListSchema,
  errorObjectSchema,
];

export type DocumentedRequest = {
  /** The document and the part of it. */
  from: string;
  path: string;
  /** Posted as `curl -d` does, without a word on its type, unless there is none. */
  body?: string;
  /** What the answer must be. */
  answer: object;
};

const seven = { b64: (await readFile(join(DIGITS_FOLDER, "examples/7.png"))).toString("base64") };
const three = { b64: (await readFile(join(DIGITS_FOLDER, "examples/3.jpg"))).toString("base64") };

/** 28 rows of 28 samples. */
const dark = Array.from({ length: 28 }, () => Array.from({ length: 28 }, () => 1));

/** A row of ten probabilities, the largest of them the digit's. */
const rowOf = (digit?: number) => ({
  asymmetricMatch: (row: number[]) =>
    row.length === 10 &&
    Math.abs(row.reduce((sum, probability) => sum + probability) - 1) < 1e-6 &&
    (digit === undefined || row.every((probability) => probability <= row[digit])),
});

/** Ten labels with their scores, the largest of them the digit's. */
const classesOf = (digit: number) => ({
  asymmetricMatch: (classes: [string, number][]) =>
    classes.every(([label, score], i) => label === String(i) && score <= classes[digit][1]) && classes.length === 10,
});

const REST = "TensorFlow Serving, RESTful API";
const V1 = "KServe, data plane v1";
const GUIDES = "KServe, guides for v1";
const MNIST = "/v1/models/mnist";

/** What the documents ask, of the digits model whose version is `version`. */
export function documentedRequests(version: string): DocumentedRequest[] {
  const available = {
    model_version_status: [{ version: version, state: "AVAILABLE", status: { error_code: "OK", error_message: "" } }],
  };

  const metadata = {
    model_spec: { name: "mnist", signature_name: "", version: version },
    metadata: {
      signature_def: {
        signature_def: {
          serving_default: {
            inputs: { images: expect.objectContaining({ dtype: "DT_FLOAT" }) },
            outputs: { probabilities: expect.objectContaining({ dtype: "DT_FLOAT" }) },
            method_name: "tensorflow/serving/predict",
          },
        },
      },
    },
  };

  return [
    { from: `${REST}: model status`, path: MNIST, answer: available },
    { from: `${REST}: model status of a version`, path: `${MNIST}/versions/${version}`, answer: available },
    { from: `${REST}: model status of a label`, path: `${MNIST}/labels/stable`, answer: available },
    { from: `${REST}: model metadata`, path: `${MNIST}/metadata`, answer: metadata },
    { from: `${REST}: model metadata of a version`, path: `${MNIST}/versions/${version}/metadata`, answer: metadata },
    { from: `${REST}: model metadata of a label`, path: `${MNIST}/labels/stable/metadata`, answer: metadata },
    {
      from: `${REST}: classify, examples with features`,
      path: `${MNIST}:classify`,
      body: JSON.stringify({ examples: [{ x: seven }, { x: three }] }),
      answer: { results: [classesOf(7), classesOf(3)] },
    },
    {
      from: `${REST}: classify, a signature and a context`,
      path: `${MNIST}:classify`,
      body: JSON.stringify({
        signature_name: "classification",
        context: { age: 7, weights: [0.5, 0.25] },
        examples: [{ x: [seven] }],
      }),
      answer: { results: [classesOf(7)] },
    },
    {
      from: `${REST}: classify, by version`,
      path: `${MNIST}/versions/${version}:classify`,
      body: JSON.stringify({ examples: [{ x: seven }] }),
      answer: { results: [classesOf(7)] },
    },
    {
      from: `${REST}: classify, by label`,
      path: `${MNIST}/labels/stable:classify`,
      body: JSON.stringify({ examples: [{ x: seven }] }),
      answer: { results: [classesOf(7)] },
    },
    {
      from: `${REST}: encoding binary values, images with captions`,
      path: `${MNIST}:classify`,
      body: JSON.stringify({
        signature_name: "classification",
        examples: [
          { image: seven, caption: "seaside" },
          { image: three, caption: "mountains" },
        ],
      }),
      answer: { results: [classesOf(7), classesOf(3)] },
    },
    {
      from: `${REST}: predict, a list of scalar tensors`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ instances: [seven, three, seven] }),
      answer: { predictions: [rowOf(7), rowOf(3), rowOf(7)] },
    },
    {
      from: `${REST}: predict, a list of tensors of shape [1, 2]`,
      path: `${MNIST}:predict`,
      body: '{"instances": [ [[1, 2]], [[3, 4]] ]}',
      answer: { predictions: [rowOf(), rowOf()] },
    },
    {
      from: `${REST}: predict, rows of named inputs`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ instances: [{ images: seven }, { images: three }] }),
      answer: { predictions: [rowOf(7), rowOf(3)] },
    },
    {
      from: `${REST}: predict, a column`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ inputs: [dark, dark] }),
      answer: { outputs: [rowOf(), rowOf()] },
    },
    {
      from: `${REST}: predict, columns of named inputs`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ inputs: { image_bytes: [seven, three] } }),
      answer: { outputs: [rowOf(7), rowOf(3)] },
    },
    {
      from: `${REST}: predict, a signature with one named output`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ signature_name: "serving_default", instances: [seven] }),
      answer: { predictions: [rowOf(7)] },
    },
    {
      from: `${REST}: predict, rows of several named outputs`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ signature_name: "named_outputs", instances: [seven] }),
      answer: {
        predictions: [
          { probabilities: rowOf(7), logits: expect.any(Array), decision: expect.stringContaining("7"), label: "7" },
        ],
      },
    },
    {
      from: `${REST}: predict, columns of several named outputs`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ signature_name: "named_outputs", inputs: [seven] }),
      answer: {
        outputs: {
          probabilities: [rowOf(7)],
          logits: [expect.any(Array)],
          decision: [expect.stringContaining("7")],
          label: ["7"],
        },
      },
    },
    {
      from: `${REST}: predict, by version`,
      path: `${MNIST}/versions/${version}:predict`,
      body: JSON.stringify({ instances: [seven] }),
      answer: { predictions: [rowOf(7)] },
    },
    {
      from: `${REST}: predict, by label`,
      path: `${MNIST}/labels/stable:predict`,
      body: JSON.stringify({ instances: [seven] }),
      answer: { predictions: [rowOf(7)] },
    },
    {
      from: `${REST}: a request for a model that there is not`,
      path: "/v1/models/half:predict",
      body: '{"instances": [1.0,5.0]}',
      answer: { error: expect.any(String) },
    },
    { from: `${V1}: list models`, path: "/v1/models", answer: { models: expect.arrayContaining(["mnist"]) } },
    { from: `${V1}: model ready`, path: MNIST, answer: { name: "mnist", ready: true } },
    {
      from: `${V1}: predict, instances`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ instances: [dark] }),
      answer: { predictions: [rowOf()] },
    },
    {
      from: `${V1}: predict, inputs`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ inputs: [dark] }),
      answer: { outputs: [rowOf()] },
    },
    {
      from: `${GUIDES}: TensorFlow, flowers with a key`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ instances: [{ image_bytes: seven, key: "   1" }] }),
      answer: { predictions: [{ probabilities: rowOf(7), key: "   1" }] },
    },
    {
      from: `${GUIDES}: inference graph, an image as base64 text`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ instances: [{ data: seven.b64 }] }),
      answer: { predictions: [rowOf(7)] },
    },
    {
      from: `${GUIDES}: storage, a digit of 28 rows of 28 samples`,
      path: `${MNIST}:predict`,
      body: JSON.stringify({ instances: [dark] }),
      answer: { predictions: [rowOf()] },
    },
  ];
}

/** Asks what the document asks, and holds the answer against the document's. */
export async function tryDocumented(
  { path, body, answer }: DocumentedRequest,
  ask: (path: string, init: RequestInit) => Promise<Response>,
): Promise<void> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const response = await ask(path, body === undefined ? {} : { method: "POST", body, headers });
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.status).toBe("error" in answer ? 404 : 200);
  const answered = await response.json();
  expect(answered).toMatchObject(answer);
  expect(SCHEMAS.some((schema) => schema.safeParse(answered).success)).toBe(true);
}
