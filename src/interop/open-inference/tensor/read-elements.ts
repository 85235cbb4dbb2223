// BYTES tensors: each element is the file of one image. In JSON an element is base64 text, since JSON
// has no bytes; in binary data it is its length as four little-endian bytes and then the file.

import { fromForgivingBase64 } from "../../../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../base/result.ts";
import { countElements } from "./image-layout.ts";
import { takeElements } from "./json-elements.ts";
import type { TensorReason } from "./tensor-reason.ts";

type Files = Uint8Array<ArrayBuffer>[];

/** The shape is [N], or [N, 1] as servers that batch strings have it. */
export function readElements(
  shape: readonly number[],
  data: Uint8Array<ArrayBuffer> | { json: unknown },
  maxImages: number,
): Result<Files, Failure<TensorReason>> {
  const count = countElements(shape);
  if (shape.length === 0 || count === 0 || count !== shape[0]) {
    return fail("invalid_request", "the shape of encoded images is [N] or [N, 1]");
  }
  if (count > maxImages) return fail("too_many_images", `a request has at most ${maxImages} images`);
  return data instanceof Uint8Array ? fromBytes(count, data) : fromJson(count, shape.length, data.json);
}

function fromBytes(count: number, bytes: Uint8Array<ArrayBuffer>): Result<Files, Failure<"invalid_request">> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files: Files = [];
  let at = 0;
  while (files.length < count && at + 4 <= bytes.length) {
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) break;
    files.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return files.length === count && at === bytes.length
    ? ok(files)
    : fail("invalid_request", "the binary data does not hold the elements that the shape says, each behind its length");
}

function fromJson(count: number, depth: number, json: unknown): Result<Files, Failure<"invalid_request">> {
  const files: Files = [];
  const taken = takeElements(json, count, depth, (element) => {
    const file = typeof element === "string" ? fromForgivingBase64(element) : undefined;
    if (file) files.push(file);
    return file !== undefined;
  });
  return taken ? ok(files) : fail("invalid_request", "data is not the base64 text of as many images as the shape says");
}
