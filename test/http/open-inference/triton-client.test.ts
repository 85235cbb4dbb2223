// What Triton's Python client (tritonclient 2.73.0) sent for a picture of 2 x 2 grey pixels and for the drawn seven, byte
// for byte, and what it must be able to read out of the answer.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { concatBytes, fromBase64, toUtf8 } from "../../../src/base/bytes.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits, type Served } from "../served-digits.ts";
import { readAnswer } from "./read-answer.ts";

let served: Served;
beforeAll(async () => {
  served = await serveDigits();
});

/** The JSON and the bytes behind it, as the client wrote them. */
const posted = (json: string, ...bytes: number[]) => concatBytes([toUtf8(json), Uint8Array.from(bytes)]);

const infer = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, path = "") =>
  served.request(`/v2/models/mnist${path}/infer`, {
    method: "POST",
    body,
    headers: { "user-agent": "python/gevent-http-client-2.6.1", ...headers },
  });

const scores = (name: string) => ({ name, datatype: "FP32", shape: [1, 10] });
const binaryScores = (name: string) => ({
  ...scores(name),
  parameters: { binary_data_size: 40 },
  data: expect.arrayContaining([expect.any(Number)]),
});

const UINT8 =
  '{"inputs":[{"name":"image","shape":[1,2,2,1],"datatype":"UINT8","parameters":{"binary_data_size":4}}],' +
  '"parameters":{"binary_data_output":true}}';

test("infer of a UINT8 array", async () => {
  const response = await infer(posted(UINT8, 0, 51, 102, 255), { "inference-header-content-length": "143" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  const { outputs } = await readAnswer(response);
  expect(outputs).toMatchObject([
    binaryScores("probabilities"),
    binaryScores("logits"),
    { name: "label", datatype: "BYTES", shape: [1], data: [""] },
    { name: "decision", datatype: "BYTES", shape: [1], data: [expect.stringContaining('"outcome":"abstain"')] },
  ]);
});

test("infer of an FP32 array with two classes and a request id", async () => {
  const json =
    '{"id":"42","inputs":[{"name":"image","shape":[1,2,2,1],"datatype":"FP32","parameters":{"binary_data_size":16}}],' +
    '"outputs":[{"name":"probabilities","parameters":{"classification":2,"binary_data":true}}]}';
  const body = posted(json, 0, 0, 0, 0, 0, 0, 0x4c, 0x42, 0, 0, 0xcc, 0x42, 0, 0, 0x7f, 0x43);
  const answer = await readAnswer(await infer(body, { "inference-header-content-length": "202" }));
  expect(answer).toMatchObject({
    id: "42",
    outputs: [
      {
        name: "probabilities",
        datatype: "BYTES",
        shape: [1, 2],
        data: [expect.stringMatching(/^0\.\d+:(\d):\1$/), expect.stringMatching(/^0\.\d+:(\d):\1$/)],
      },
    ],
  });
});

test("infer by a version with everything in JSON", async () => {
  const json =
    '{"inputs":[{"name":"image","shape":[1,2,2,1],"datatype":"UINT8","data":[0,51,102,255]}],' +
    '"outputs":[{"name":"logits","parameters":{"binary_data":false}}]}';
  const response = await infer(posted(json), {}, "/versions/1.0.0");
  expect(response.headers.get("inference-header-content-length")).toBeNull();
  expect(await response.json()).toMatchObject({
    outputs: [{ ...scores("logits"), data: expect.arrayContaining([expect.any(Number)]) }],
  });
});

test("infer of the file of an image", async () => {
  const file = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.png")));
  const size = file.length + 4;
  const json =
    `{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":${size}}}],` +
    '"outputs":[{"name":"label","parameters":{"binary_data":true}}]}';
  const body = concatBytes([posted(json, file.length, 0, 0, 0), file]);
  const response = await infer(body, { "inference-header-content-length": String(json.length) });
  expect(await readAnswer(response)).toMatchObject({ outputs: [{ name: "label", data: ["7"] }] });
});

test("infer with a sequence, a priority, a timeout and a parameter of the caller's own", async () => {
  const json =
    '{"inputs":[{"name":"image","shape":[1,2,2,1],"datatype":"UINT8","parameters":{"binary_data_size":4}}],' +
    '"parameters":{"sequence_id":3,"sequence_start":true,"sequence_end":false,"priority":1,"timeout":5000000,' +
    '"binary_data_output":true,"my_custom_parameter":42}}';
  const response = await infer(posted(json, 0, 51, 102, 255), { "inference-header-content-length": "258" });
  expect((await readAnswer(response)).outputs).toHaveLength(4);
});

describe("a compressed request is answered as the same one uncompressed", () => {
  test.each([
    [
      "gzip",
      "H4sIABvoAmsC/6tWyswrKC0pVrKKrlbKS8xNVbJSysxNTE9V0lEqzkgsAPKjDXWMgNAwVkcpJbEksaQSJKgU6ukXYgFUVJBYBNRVkloE" +
        "NKJaKSkzL7GoMh6kLr44swqo0KS2NhafqvzSEqD9SlYlRaWptbUMxmn/AXbwtpyTAAAA",
    ],
    [
      "deflate",
      "eJyrVsrMKygtKVayiq5WykvMTVWyUsrMTUxPVdJRKs5ILADyow11jIDQMFZHKSWxJLGkEiSoFOrpF2IBVFSQWATUVZJaBDSiWikpMy+x" +
        "qDIepC6+OLMKqNCktjYWn6r80hKg/UpWJUWlqbW1DMZp/wEChjMJ",
    ],
  ])("%s", async (encoding, base64) => {
    const body = fromBase64(base64) ?? new Uint8Array();
    const packed = await infer(body, {
      "content-encoding": encoding,
      "accept-encoding": encoding,
      "inference-header-content-length": "143",
    });
    const plain = await infer(posted(UINT8, 0, 51, 102, 255), { "inference-header-content-length": "143" });
    expect(packed.status).toBe(200);
    expect(await readAnswer(packed)).toEqual(await readAnswer(plain));
  });
});
