// The codes of the error table that one request reaches, whatever serves it: no other configuration, no fault.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProblemCode } from "../../src/http/problem.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";

export const CLASSIFY = "/v1/models/mnist/classify";
export const STABLE = "/v1/models/mnist/channels/stable";
export const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));

export const post = (body: BodyInit | null, headers = {}): RequestInit => ({ method: "POST", body, headers });

export const postJson = (body: unknown): RequestInit =>
  post(typeof body === "string" ? body : JSON.stringify(body), { "content-type": "application/json" });

export const form = (...files: string[]): FormData => {
  const data = new FormData();
  for (const name of files) data.append(name, new File([seven], name));
  return data;
};

/** The signature and IHDR of a PNG of 60,000 x 60,000 pixels. */
const hugePng = Uint8Array.from(
  [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52].concat([
    0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 0, 0, 0, 0, 0, 0, 0, 0,
  ]),
);

/** A PNG whose header says interlace method 7, which does not exist. */
const corruptPng = seven.with(28, 7);

/** A JPEG whose first frame marker is SOF3, lossless. */
const jpeg = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.jpg")));
const losslessJpeg = jpeg.with(
  jpeg.findIndex((byte, i) => byte === 0xff && [0xc0, 0xc2].includes(jpeg[i + 1])) + 1,
  0xc3,
);

/** A request that is refused as a whole, or an image of a list that has its error there. */
export type PlainRefusal = { status: number } & ({ path?: string; init: () => RequestInit } | { image: unknown });

export const PLAIN_REFUSALS = {
  empty_body: { status: 400, init: () => post(null) },
  invalid_base64: { status: 400, image: { b64: "-_-_" } },
  invalid_compression: { status: 400, init: () => post(seven, { "content-encoding": "gzip" }) },
  invalid_json: { status: 400, init: () => postJson("{") },
  invalid_multipart: { status: 400, init: () => post(form()) },
  invalid_parameter: { status: 400, path: `${CLASSIFY}?top=0`, init: () => post(seven) },
  invalid_request: { status: 400, init: () => postJson({ images: [7] }) },
  json_too_deep: { status: 400, init: () => postJson("[".repeat(17)) },
  unsupported_url: { status: 400, image: { url: "https://example.com/7.png" } },
  not_found: { status: 404, path: "/v3", init: () => ({}) },
  model_not_found: { status: 404, path: "/v1/models/absent/classify", init: () => post(seven) },
  version_not_found: { status: 404, path: STABLE, init: () => postJson({ version: "9.9.9" }) },
  method_not_allowed: { status: 405, init: () => ({}) },
  change_refused: { status: 409, path: STABLE, init: () => postJson({ end: true }) },
  body_too_large: { status: 413, init: () => post(new Uint8Array(8 * 1024 * 1024 + 1)) },
  json_too_many_values: { status: 413, init: () => postJson(`[${"0,".repeat(1_000_000)}0]`) },
  too_many_images: {
    status: 413,
    init: () => postJson({ images: Array.from({ length: 33 }, () => ({ b64: "" })) }),
  },
  too_many_pixels: { status: 413, init: () => post(hugePng) },
  uri_too_long: { status: 414, path: `/v1/models?padding=${"x".repeat(2048)}`, init: () => ({}) },
  unsupported_content_encoding: { status: 415, init: () => post(seven, { "content-encoding": "br" }) },
  unsupported_media_type: { status: 415, init: () => post("GIF89a, or so it says") },
  image_truncated: { status: 422, init: () => post(seven.subarray(0, 100)) },
  image_corrupt: { status: 422, init: () => post(corruptPng) },
  image_unsupported: { status: 422, init: () => post(losslessJpeg) },
  headers_too_large: { status: 431, init: () => ({ headers: { a: "x".repeat(16_384) } }) },
} as const satisfies Partial<Record<ProblemCode, PlainRefusal>>;
