// The built Worker in workerd under load: requests wait for each other's places and the runtime does not give them up, and
// bombs are refused in bounded memory.

import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { peakResidentBytes } from "../../bench/measure/child-processes.ts";
import { chunk, png } from "../image/png/png-file.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";

const seven = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));

const post = async ({ url }: BuiltWorker, body: BodyInit, headers = {}) => {
  const response = await fetch(`${url}/v1/models/mnist/classify`, { method: "POST", body, headers });
  const { code, decision } = await response.json();
  return code ?? decision.label;
};

describe("an isolate that takes on one request at a time", () => {
  test("answers all that wait, each when the one before has gone", async () => {
    const worker = await startBuiltWorker({}, { ISOLATE_BYTES: "1", ISOLATE_PIXELS: "1" });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(worker, seven)));
    expect(answers).toEqual(Array.from({ length: 20 }, () => "7"));
    await worker.stop();
  });

  test("has a place again when a caller goes away in the middle of a body, or never sends the rest of it", async () => {
    const worker = await startBuiltWorker({}, { ISOLATE_BYTES: "1", MAX_BODY_SECONDS: "1" });
    const path = `${worker.url}/v1/models/mnist/classify`;
    const status = await new Promise((resolve, reject) => {
      const slow = request(path, { method: "POST", headers: { "content-length": 1000 } }, ({ statusCode }) =>
        resolve(statusCode),
      );
      slow.on("error", reject);
      slow.write(new Uint8Array(10));
    });
    expect(status).toBe(408);
    expect(await post(worker, seven)).toBe("7");

    const lost = request(path, { method: "POST", headers: { "content-length": 1000 } });
    lost.on("error", () => undefined);
    await new Promise((resolve) => lost.write(new Uint8Array(10), resolve));
    lost.destroy();
    expect(await post(worker, seven)).toBe("7");
    await worker.stop();
  });
});

test("bombs, as image data and as a compressed body, are refused without the memory they ask for", async () => {
  // Two gigabytes of zeros: 1.9 MB compressed, and 1.9 KB compressed twice.
  const zeros = gzipSync(new Uint8Array(2_000_000_000));
  const zlib = new Uint8Array([0x78, 0xda, ...zeros.subarray(10, -8), 0, 0, 0, 0]);
  const bomb = png({ width: 2, height: 2, bitDepth: 8, colourType: 0 }, chunk("IDAT", zlib));
  const worker = await startBuiltWorker();
  await post(worker, seven);
  const before = (await peakResidentBytes("workerd")) ?? 0;
  expect(await post(worker, bomb)).toBe("image_corrupt");
  expect(await post(worker, zeros, { "content-encoding": "gzip" })).toBe("body_too_large");
  expect(await post(worker, gzipSync(zeros), { "content-encoding": "gzip" })).toBe("unsupported_media_type");
  expect(await post(worker, seven)).toBe("7");
  const after = (await peakResidentBytes("workerd")) ?? 0;
  expect(after - before).toBeLessThan(100 * 1024 * 1024);
  await worker.stop();
});
