// Hostile input: whatever the bytes and whatever length the header claims, the outcome is images of the sizes they say
// or a known reason.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../../src/base/bytes.ts";
import type { PostedImage } from "../../../src/predict.ts";
import { binary, bytes, fp32, LIMITS, parse, uint8 } from "./parse-request.ts";
import { element, requestBytes } from "./request-bytes.ts";

/** Printed by fast-check with every failure; fixed, so that a run can be repeated. */
const seed = 20_261_122;
const numRuns = 300;

const REASONS = ["invalid_request", "too_many_images", "invalid_json", "json_too_deep", "json_too_many_values"];

const outputs = [{ name: "logits", parameters: { classification: 1, binary_data: true } }, { name: "label" }];

const VALID = {
  "UINT8 as binary data": requestBytes({ ...binary("UINT8", [1, 2, 2, 1], 4), outputs }, [0, 51, 102, 255]),
  "FP32 as binary data": requestBytes({ ...binary("FP32", [2, 1], 8), id: "42" }, [0, 0, 0x80, 0x3f, 0, 0, 0x7f, 0x43]),
  "BYTES as binary data": requestBytes(binary("BYTES", [2], 11), element(1, 2), element(3)),
  "UINT8 as JSON": requestBytes({
    ...uint8(
      [1, 2, 2, 1],
      [
        [
          [[0], [51]],
          [[102], [255]],
        ],
      ],
    ),
    outputs,
  }),
  "FP32 as JSON": requestBytes({ ...fp32([2, 2], [0, 0.5, 1, 255]), parameters: { binary_data_output: true } }),
  "BYTES as JSON": requestBytes(bytes([2, 1], ["AQI=", "/w=="])),
};

function expectSound(images: readonly PostedImage[]) {
  expect(images.length).toBeGreaterThan(0);
  expect(images.length).toBeLessThanOrEqual(LIMITS.maxImages);
  for (const image of images) {
    if (image instanceof Uint8Array) continue;
    const { width, height, channels, data } = image;
    expect(data.length).toBe(width * height * channels);
    expect(data.every((sample) => sample >= 0 && sample <= 255)).toBe(true);
  }
}

function expectKnown(parsed: ReturnType<typeof parse>) {
  if (parsed.ok) expectSound(parsed.value.images);
  else expect(REASONS).toContain(parsed.error.reason);
}

/** Bytes that mean something to JSON or to a length are likelier than others to get far. */
const telling = fc.constantFrom(...toUtf8('0123456789[]{}",:.-e'), 0, 1, 4, 127, 128, 255);

const mutation = (length: number) =>
  fc.record({
    at: fc.nat(length - 1),
    removed: fc.nat({ max: 6 }),
    inserted: fc.array(fc.oneof(telling, fc.nat({ max: 255 })), { maxLength: 6 }),
  });

describe.each(Object.entries(VALID))("%s", (_, { body, headerBytes }) => {
  test("is read as it is", () => {
    expect(parse({ body, headerBytes }).ok).toBe(true);
  });

  test("mutated is read soundly or refused for a known reason", () => {
    const header = fc.oneof(
      fc.constant(headerBytes),
      fc.nat({ max: body.length + 8 }),
      fc.constantFrom(undefined, 0, 2 ** 31, 999_999_999),
    );
    fc.assert(
      fc.property(fc.array(mutation(body.length), { maxLength: 4 }), header, (mutations, claimed) => {
        let mutated = [...body];
        for (const { at, removed, inserted } of mutations) mutated = mutated.toSpliced(at, removed, ...inserted);
        const posted = Uint8Array.from(mutated);
        expectKnown(parse(claimed === undefined ? { body: posted } : { body: posted, headerBytes: claimed }));
      }),
      { seed, numRuns },
    );
  });

  test("cut at any byte is read soundly or refused for a known reason", () => {
    for (let length = 0; length < body.length; length++) {
      expectKnown(parse({ body: body.slice(0, length), headerBytes }));
    }
  });
});

test("whatever JSON has where a field should be, it is read soundly or refused for a known reason", () => {
  const field = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.maxSafeInteger(),
    fc.constantFrom("image", "UINT8", "BYTES"),
  );
  const input = fc.record(
    { name: fc.oneof(fc.constant("image"), field), shape: field, datatype: field, data: field, parameters: field },
    { requiredKeys: [] },
  );
  const request = fc.record(
    { inputs: fc.oneof(fc.array(input, { maxLength: 2 }), field), outputs: field, parameters: field, id: field },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(request, (json) => {
      expectKnown(parse({ body: requestBytes(json).body }));
    }),
    { seed, numRuns },
  );
});

test("whatever the sizes, nothing is made of a shape that its data does not have", () => {
  const size = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.maxSafeNat(), fc.constantFrom(2 ** 16, 2 ** 31, 2 ** 32));
  const shape = fc.array(size, { maxLength: 6 });
  fc.assert(
    fc.property(shape, fc.constantFrom("UINT8", "FP32", "BYTES"), fc.uint8Array({ maxLength: 40 }), (...drawn) => {
      const [sizes, datatype, data] = drawn;
      expectKnown(parse(requestBytes(binary(datatype, sizes, data.length), data)));
    }),
    { seed, numRuns },
  );
});
