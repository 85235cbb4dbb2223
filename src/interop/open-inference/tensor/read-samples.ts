// Numeric tensors: samples from 0 to 255, UINT8 or FP32, as JSON or as bytes, to one image for each of the batch.

import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import type { Samples } from "../../../image/pixels.ts";
import { countElements, toImageLayout, type ImageLayout } from "./image-layout.ts";
import { takeElements } from "./json-elements.ts";
import type { TensorReason } from "./tensor-reason.ts";

type Numbers = Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

export type NumericType = "UINT8" | "FP32";

/** `data` is the JSON value, or the bytes: little-endian as the protocol has them and as every platform with WASM is. */
export function readSamples(
  datatype: NumericType,
  shape: readonly number[],
  data: Uint8Array<ArrayBuffer> | { json: unknown },
  maxImages: number,
): Result<Samples[], Failure<TensorReason>> {
  const layout = toImageLayout(shape);
  if (!layout) {
    return fail(
      "invalid_request",
      "the shape of numeric images is [N, H, W, C], [H, W, C], [N, H, W] or [H, W], with 1 to 4 channels",
    ); // prettier
  }
  if (layout.images > maxImages) return fail("too_many_images", `a request has at most ${maxImages} images`);
  const count = countElements(shape);
  const numbers =
    data instanceof Uint8Array ? fromBytes(datatype, count, data) : fromJson(datatype, count, shape, data.json);
  return numbers.ok ? ok(toImages(numbers.value, layout)) : numbers;
}

type Read = Result<Numbers, Failure<"invalid_request">>;

function fromBytes(datatype: NumericType, count: number, bytes: Uint8Array<ArrayBuffer>): Read {
  const elementBytes = datatype === "UINT8" ? 1 : 4;
  if (bytes.length !== count * elementBytes) {
    return fail("invalid_request", "binary_data_size is not what the shape and the datatype make");
  }
  if (datatype === "UINT8") return ok(bytes);
  const { buffer, byteOffset, byteLength } = bytes;
  const floats = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return floats.every(isSample) ? ok(floats) : notSamples;
}

function fromJson(datatype: NumericType, count: number, shape: readonly number[], json: unknown): Read {
  // Nothing is allocated for a count that the data does not have.
  if (!takeElements(json, count, shape.length, () => true)) {
    return fail("invalid_request", "data does not have the elements that the shape says");
  }
  const numbers = datatype === "UINT8" ? new Uint8Array(count) : new Float32Array(count);
  const isElement = datatype === "UINT8" ? (value: unknown) => isSample(value) && Number.isInteger(value) : isSample;
  const taken = takeElements(json, count, shape.length, (element, at) => {
    if (!isElement(element)) return false;
    numbers[at] = element as number;
    return true;
  });
  return taken ? ok(numbers) : notSamples;
}

const isSample = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 255;

const notSamples = fail("invalid_request", "samples are numbers from 0 to 255, and whole ones for UINT8");

function toImages(numbers: Numbers, { images, height, width, channels }: ImageLayout): Samples[] {
  const length = height * width * channels;
  return Array.from({ length: images }, (_, i) => ({
    width,
    height,
    channels,
    data: numbers.subarray(i * length, (i + 1) * length),
    maxValue: 255,
  }));
}
