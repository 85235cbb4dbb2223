import { expect, test } from "vitest";
import { readLabels } from "../../../../train/data/npz/read-labels.ts";

const binary = { count: 3, task: "binary", classCount: 2 } as const;
const multilabel = { count: 2, task: "multilabel", classCount: 3 } as const;

test("takes (n, 1) and (n) of bytes and of 64-bit integers", () => {
  const labels = Uint8Array.of(0, 1, 1);
  expect(readLabels({ shape: [3, 1], values: labels }, binary, "y")).toEqual({ ok: true, value: labels });
  expect(readLabels({ shape: [3], values: Float64Array.of(0, 1, 1) }, binary, "y")).toEqual({
    ok: true,
    value: labels,
  });
});

test("takes (n, k) of zeros and ones", () => {
  const labels = Uint8Array.of(0, 1, 1, 0, 0, 0);
  expect(readLabels({ shape: [2, 3], values: labels }, multilabel, "y")).toEqual({ ok: true, value: labels });
});

test.each([
  [[2, 1], [0, 1], binary, "y: (2, 1), expected 1 for each of the 3 images"],
  [[3, 2], [0, 1, 0, 1, 0, 1], binary, "y: (3, 2), expected 1 for each of the 3 images"],
  [[3, 1, 1], [0, 1, 0], binary, "y: (3, 1, 1), expected 1 for each of the 3 images"],
  [[3, 1], [0, 2, 0], binary, "y: image 1 has 2, expected 0 to 1"],
  [[3, 1], [0, 0, -1], binary, "y: image 2 has -1, expected 0 to 1"],
  [[3, 1], [0.5, 0, 0], binary, "y: image 0 has 0.5, expected 0 to 1"],
  [[3, 1], [0, Number.NaN, 0], binary, "y: image 1 has NaN, expected 0 to 1"],
  [[2, 3], [0, 0, 0, 0, 2, 0], multilabel, "y: image 1 has 2, expected 0 to 1"],
  [[2], [0, 1], multilabel, "y: (2), expected 3 for each of the 2 images"],
])("refuses shape %j with %j", (shape, values, expected, detail) => {
  expect(readLabels({ shape, values: Float64Array.from(values) }, expected, "y")).toEqual({
    ok: false,
    error: { reason: "data_invalid", detail },
  });
});
