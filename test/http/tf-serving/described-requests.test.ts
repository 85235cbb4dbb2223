// What the OpenAPI document says of requests is what is answered: documented ones are as described, and what is not as
// described is refused.

import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { createDocument } from "../../../src/http/openapi/create-document.ts";
import { serveDigits } from "../served-digits.ts";
import { documentedRequests } from "./documented-requests.ts";

const $id = "https://edgescope.example/openapi.json";
const ajv = new Ajv2020({ strict: false, formats: { "date-time": true } });
ajv.addSchema({ $id, ...createDocument() });

const isDescribed = (verb: string, body: unknown) => {
  const schema = verb === "predict" ? "PredictRequest" : "ClassifyRequest";
  return ajv.validate(`${$id}#/components/schemas/${schema}`, body);
};

/** One of the documents' examples shows an error. */
const posted = documentedRequests("1.0.0").flatMap(({ path, body, answer }) =>
  body === undefined || "error" in answer
    ? []
    : [[path, path.split(":")[1] ?? "", JSON.parse(body) as unknown] as const],
);

test("there are documented requests of both verbs", () => {
  expect(new Set(posted.map(([, verb]) => verb))).toEqual(new Set(["predict", "classify"]));
});

test.each(posted)("%s is as described", (_, verb, body) => {
  expect(isDescribed(verb, body)).toBe(true);
});

const served = await serveDigits();

test.each<[what: string, verb: string, body: unknown]>([
  ["neither rows nor columns", "predict", {}],
  ["no rows", "predict", { instances: [] }],
  ["a number for an image", "predict", { instances: [7] }],
  ["a flat list for an image", "predict", { instances: [[1, 2, 3]] }],
  ["a sample above 255", "predict", { instances: [[[256]]] }],
  ["a sample below 0", "predict", { instances: [[[-1]]] }],
  ["five channels", "predict", { instances: [[[[1, 2, 3, 4, 5]]]] }],
  ["an empty row", "predict", { instances: [[[]]] }],
  ["a text for columns", "predict", { inputs: "image" }],
  ["a key that is no list of keys", "predict", { inputs: { image: [[[1]]], key: "a" } }],
  ["no examples", "classify", { examples: [] }],
  ["an example without features", "classify", { examples: [7] }],
])("%s is neither described nor answered", async (_, verb, body) => {
  expect(isDescribed(verb, body)).toBe(false);
  const init = { method: "POST", body: JSON.stringify(body) };
  expect((await served.request(`/v1/models/mnist:${verb}`, init)).status).toBe(400);
});

test.each<[what: string, body: unknown]>([
  ["samples with and without channels", { instances: [[[1, 2]], [[[1], [2]]]] }],
  ["named rows with keys", { instances: [{ image: [[1]], key: 7 }] }],
  ["named columns with keys", { inputs: { image: [[[1]]], key: [{ any: "thing" }] } }],
  ["all outputs", { signature_name: "named_outputs", instances: [[[1]]] }],
])("%s are described and answered as described", async (_, body) => {
  expect(isDescribed("predict", body)).toBe(true);
  const init = { method: "POST", body: JSON.stringify(body) };
  // Every answer of `served` is held against the document.
  expect((await served.request("/v1/models/mnist:predict", init)).status).toBe(200);
});
