// The Open Inference Protocol in workerd: bytes in and out, compressed and not, as a client over a socket has them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readAnswer } from "../http/open-inference/read-answer.ts";
import { requestBytes } from "../interop/open-inference/request-bytes.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";

const TEN = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

let worker: BuiltWorker;
beforeAll(async () => {
  worker = await startBuiltWorker();
});
afterAll(() => worker.stop());

const infer = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
  fetch(`${worker.url}/v2/models/mnist/infer`, { method: "POST", body, headers });

const example = async (name: string) => new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples", name)));

async function tenDigits() {
  const files = await Promise.all(TEN.map((digit) => example(`${digit}.png`)));
  const elements = files.flatMap((file) => [[file.length & 255, file.length >> 8, 0, 0], file]);
  const binary_data_size = elements.reduce((sum, { length }) => sum + length, 0);
  const image = { name: "image", shape: [10], datatype: "BYTES", parameters: { binary_data_size } };
  return requestBytes({ inputs: [image], parameters: { binary_data_output: true } }, ...elements);
}

const labelsOf = async (response: Response) =>
  (await readAnswer(response)).outputs?.find((output) => "name" in output && output.name === "label")?.data;

test("answers ten files as binary data, as they are and compressed", async () => {
  const { body, headerBytes } = await tenDigits();
  const header = { "inference-header-content-length": String(headerBytes) };
  expect(await labelsOf(await infer(body, header))).toEqual(TEN);
  const gzipped = await infer(Uint8Array.from(gzipSync(body)), { ...header, "content-encoding": "gzip" });
  expect(await labelsOf(gzipped)).toEqual(TEN);
  const deflated = await infer(Uint8Array.from(deflateSync(body)), { ...header, "content-encoding": "deflate" });
  expect(await labelsOf(deflated)).toEqual(TEN);
});

test("answers a file that is the whole body", async () => {
  expect(await labelsOf(await infer(await example("7.jpg"), { "inference-header-content-length": "0" }))).toEqual([
    "7",
  ]);
});

test("is live and ready, and refuses in the protocol's way", async () => {
  for (const path of ["health/live", "health/ready", "models/mnist/ready"]) {
    expect((await fetch(`${worker.url}/v2/${path}`)).status).toBe(200);
  }
  const response = await infer(new Uint8Array(5), {});
  expect([response.status, await response.json()]).toEqual([400, { error: "the body is not JSON in UTF-8" }]);
});
