// Hostile input: whatever the bytes, the outcome is images of the sizes they say or a known reason.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../../../src/base/bytes.ts";
import { parseJsonWithin } from "../../../../src/base/parse-json-within.ts";
import {
  classifyRequestSchema,
  readClassifyRequest,
} from "../../../../src/interop/tf-serving/requests/read-classify-request.ts";
import {
  predictRequestSchema,
  readPredictRequest,
} from "../../../../src/interop/tf-serving/requests/read-predict-request.ts";
import type { PostedImage } from "../../../../src/predict.ts";

/** Printed by fast-check with every failure; fixed, so that a run can be repeated. */
const seed = 20_261_122;
const numRuns = 500;
const MAX_IMAGES = 4;

const REASONS = [
  "invalid_base64",
  "invalid_json",
  "invalid_request",
  "json_too_deep",
  "json_too_many_values",
  "too_many_images",
];

/** What both verbs make of the same bytes. */
function read(bytes: Uint8Array) {
  const json = parseJsonWithin(bytes, { depth: 8, values: 200 });
  if (!json.ok) return [json];
  const predict = predictRequestSchema.safeParse(json.value);
  const classify = classifyRequestSchema.safeParse(json.value);
  const input = { width: 2, height: 1, colour: "grey" } as const;
  return [
    ...(predict.success ? [readPredictRequest(predict.data, MAX_IMAGES)] : []),
    ...(classify.success ? [readClassifyRequest(classify.data, input, MAX_IMAGES)] : []),
  ];
}

function expectSound(images: readonly PostedImage[]) {
  expect(images.length).toBeGreaterThan(0);
  expect(images.length).toBeLessThanOrEqual(MAX_IMAGES);
  for (const image of images) {
    if (image instanceof Uint8Array) continue;
    const { width, height, channels, data } = image;
    expect(data.length).toBe(width * height * channels);
    expect(data.every((sample) => sample >= 0 && sample <= 255)).toBe(true);
  }
}

function expectKnown(bytes: Uint8Array) {
  for (const outcome of read(bytes)) {
    if (!outcome.ok) expect(REASONS).toContain(outcome.error.reason);
    else
      expectSound(
        "images" in (outcome.value as object)
          ? (outcome.value as { images: PostedImage[] }).images
          : (outcome.value as PostedImage[]),
      );
  }
}

const VALID = [
  '{"instances":[{"b64":"AQI="},[[1,2.5]],{"input_1":[[[1,2,3]]],"key":7}]}',
  '{"signature_name":"named_outputs","inputs":{"images":[[[0,255]],{"b64":"AQI="}],"key":["a","b"]}}',
  '{"context":{"age":7},"examples":[{"x":[1,2]},{"image":[{"b64":"AQI="}],"caption":"a"}]}',
].map(toUtf8);

const telling = fc.constantFrom(...toUtf8('0123456789[]{}",:.-e'), 0, 127, 255);

const mutation = fc.record({
  at: fc.nat({ max: 100 }),
  removed: fc.nat({ max: 6 }),
  inserted: fc.array(fc.oneof(telling, fc.nat({ max: 255 })), { maxLength: 6 }),
});

describe.each(VALID.map((bytes) => [new TextDecoder().decode(bytes), bytes] as const))("%s", (_, bytes) => {
  test("mutated is read soundly or refused for a known reason", () => {
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 4 }), (mutations) => {
        let mutated = [...bytes];
        for (const { at, removed, inserted } of mutations) mutated = mutated.toSpliced(at, removed, ...inserted);
        expectKnown(Uint8Array.from(mutated));
      }),
      { seed, numRuns },
    );
  });
});

test("whatever JSON has where a field should be, it is read soundly or refused for a known reason", () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom({ b64: "AQI=" }, [[1, 2]], [[[1], [2]]], "AQI=", [1, 2]),
  );
  const named = fc.dictionary(fc.oneof(fc.constantFrom("key", "images", "__proto__", "b64"), fc.string()), value);
  const field = fc.oneof(value, named, fc.array(fc.oneof(value, named), { maxLength: 6 }));
  const request = fc.record(
    {
      instances: field,
      inputs: field,
      examples: field,
      context: field,
      signature_name: fc.oneof(fc.constantFrom("serving_default", "classification"), field),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(request, (json) => expectKnown(toUtf8(JSON.stringify(json)))),
    { seed, numRuns },
  );
});
