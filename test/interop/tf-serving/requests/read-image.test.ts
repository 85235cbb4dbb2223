import { describe, expect, test } from "vitest";
import { readImage } from "../../../../src/interop/tf-serving/requests/read-image.ts";

const samples = (width: number, height: number, channels: number, ...data: number[]) => ({
  ok: true,
  value: { width, height, channels, data: Float32Array.from(data), maxValue: 255 },
});

describe("an image is read from", () => {
  test("rows of grey samples", () => {
    expect(readImage([[0, 1.5, 255]], "x")).toEqual(samples(3, 1, 1, 0, 1.5, 255));
  });

  test("rows of pixels, in the order height, width, channels", () => {
    const pixels = [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [7, 8, 9],
        [10, 11, 12],
      ],
    ];
    expect(readImage(pixels, "x")).toEqual(samples(2, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  });

  test("pixels of one, two or four channels", () => {
    expect(readImage([[[7]]], "x")).toEqual(samples(1, 1, 1, 7));
    expect(readImage([[[7, 8]]], "x")).toEqual(samples(1, 1, 2, 7, 8));
    expect(readImage([[[7, 8, 9, 10]]], "x")).toEqual(samples(1, 1, 4, 7, 8, 9, 10));
  });

  test("base64, as an object and as text, with white space and without padding", () => {
    for (const value of [{ b64: "Zm8=" }, "Zm8=", { b64: "Zm8" }, "Z\nm8="]) {
      expect(readImage(value, "x")).toEqual({ ok: true, value: Uint8Array.of(0x66, 0x6f) });
    }
  });
});

describe("an image is refused, and where is said,", () => {
  test.for<[what: string, value: unknown, detail: string]>([
    ["without rows", [], "x is neither base64 nor a list of rows of samples"],
    ["without pixels", [[]], "x is neither base64 nor a list of rows of samples"],
    ["as a flat list", [1, 2, 3], "x is neither base64 nor a list of rows of samples"],
    ["as a number", 7, "x is neither base64 nor a list of rows of samples"],
    ["as null", null, "x is neither base64 nor a list of rows of samples"],
    ["as another object", { b64: "", name: "" }, "x is neither base64 nor a list of rows of samples"],
    ["with rows of different lengths", [[1, 2], [3]], "x[1] is not as long as the rows before it"],
    ["with a row that is none", [[1, 2], 3], "x[1] is not as long as the rows before it"],
    ["with five channels", [[[1, 2, 3, 4, 5]]], "x has pixels of other than 1 to 4 channels"],
    ["with no channels", [[[]]], "x has pixels of other than 1 to 4 channels"],
    [
      "with pixels of different channels",
      [[[1, 2, 3], [4]]],
      "x[0][1] is not one number from 0 to 255 for each channel",
    ],
    ["with a pixel that is a number", [[[1], 2]], "x[0][1] is not one number from 0 to 255 for each channel"],
    ["with a pixel that is a list", [[1, [2]]], "x[0][1] is not one number from 0 to 255 for each channel"],
    ["nested once more", [[[[1]]]], "x[0][0] is not one number from 0 to 255 for each channel"],
    ["below 0", [[0, -0.001]], "x[0][1] is not one number from 0 to 255 for each channel"],
    ["above 255", [[255.5]], "x[0][0] is not one number from 0 to 255 for each channel"],
    ["with null for NaN", [[null]], "x[0][0] is not one number from 0 to 255 for each channel"],
    ["with an overflow to infinity", [[Number("1e999")]], "x[0][0] is not one number from 0 to 255 for each channel"],
    ["with text", [["1"]], "x[0][0] is not one number from 0 to 255 for each channel"],
  ])("%s", ([, value, detail]) => {
    expect(readImage(value, "x")).toEqual({ ok: false, error: { reason: "invalid_request", detail } });
  });

  test("when it is not base64", () => {
    expect(readImage({ b64: "*" }, "x")).toEqual({
      ok: false,
      error: { reason: "invalid_base64", detail: "x is not base64" },
    });
  });

  test("before anything is allocated for a size that it does not have", () => {
    const rows = [Array.from({ length: 500_000 }, () => 0), ...Array.from({ length: 499_999 }, () => [])];
    expect(readImage(rows, "x")).toMatchObject({ error: { detail: "x[1] is not as long as the rows before it" } });
  });
});
