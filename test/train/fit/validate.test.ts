import { expect, test } from "vitest";
import { validate } from "../../../train/fit/validate.ts";

test("classes: mean cross-entropy, and the share whose largest logit is the label's", () => {
  const logits = Float32Array.of(0, 0, Math.log(3), 0, 5, -5);
  const { loss, accuracy } = validate(logits, Uint8Array.of(0, 1, 0), "binary", 2);
  expect(loss).toBeCloseTo((Math.log(2) + Math.log(4) + Math.log1p(Math.exp(-10))) / 3, 6);
  expect(accuracy).toBe(2 / 3);
});

test("classes: logits too large for an exponential", () => {
  expect(validate(Float32Array.of(1000, -1000), Uint8Array.of(1), "binary", 2)).toEqual({ loss: 2000, accuracy: 0 });
});

test("labels: mean over all of them, right where the logit's sign is", () => {
  const { loss, accuracy } = validate(
    Float32Array.of(0, Math.log(3), -1000, 2),
    Uint8Array.of(0, 1, 0, 0),
    "multilabel",
    2,
  );
  expect(loss).toBeCloseTo((Math.log(2) + Math.log(4 / 3) + 0 + (2 + Math.log1p(Math.exp(-2)))) / 4, 6);
  expect(accuracy).toBe(3 / 4);
});
