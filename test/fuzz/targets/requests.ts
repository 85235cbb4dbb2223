// Requests to every dialect, as strangers may send them.

import { concatBytes, toBase64, toUtf8 } from "../../../src/base/bytes.ts";
import type { Chance } from "../hostile/chance.ts";
import { hostileFile } from "../hostile/hostile-images.ts";
import {
  hostileBody,
  hostileForm,
  hostileHeaders,
  hostilePath,
  hostileQuery,
  pack,
} from "../hostile/hostile-request.ts";
import { readImageFiles, type ImageFiles } from "../hostile/image-files.ts";
import { mutateBytes } from "../hostile/mutate-bytes.ts";
import { hostileValue, mutateJson, mutateValue } from "../hostile/mutate-json.ts";
import { MODEL, serveHostile, VERSION, type HostileRequest } from "./serve-hostile.ts";
import type { Target } from "./target.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Make = (chance: Chance, files: ImageFiles) => HostileRequest;

/** A request whose body is known: it may still be packed, and come in pieces. */
type Posted = { path: string; headers: Record<string, string>; body: Bytes };

/** How many images: now and then as many as are accepted, or one more. */
const COUNTS = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 32, 33];

const CLASSIFY = `/v1/models/${MODEL}/classify`;

export const REQUEST_TARGETS: Target[] = [
  requestTarget("native-bytes", 8, (chance, files) =>
    deliver({ path: CLASSIFY + hostileQuery(chance), headers: {}, body: hostileFile(files, chance) }, chance),
  ),
  requestTarget("native-json", 8, (chance, files) => deliver(nativeJson(chance, files), chance)),
  requestTarget("native-form", 6, (chance, files) => {
    const { body, contentType } = hostileForm(someFiles(chance, files), chance);
    return deliver({ path: CLASSIFY + hostileQuery(chance), headers: { "content-type": contentType }, body }, chance);
  }),
  requestTarget("compressed", 5, (chance, files) => {
    const posted = chance.oneOf([nativeJson, tfServing, openInference, binaryTensors])(chance, files);
    const { body, encoding } = pack(posted.body, chance);
    return deliver({ ...posted, body, headers: { ...posted.headers, "content-encoding": encoding } }, chance);
  }),
  requestTarget("tf-serving", 8, (chance, files) => deliver(tfServing(chance, files), chance)),
  requestTarget("open-inference", 6, (chance, files) => deliver(openInference(chance, files), chance)),
  requestTarget("binary-tensors", 6, (chance, files) => deliver(binaryTensors(chance, files), chance)),
  requestTarget("channel-orders", 2, (chance) => deliver(channelOrder(chance), chance)),
  requestTarget("paths", 5, (chance, files) => {
    const method = chance.oneOf(["GET", "POST", "HEAD", "PUT", "OPTIONS", "PATCH", "DELETE", "PROPFIND"]);
    const hasBody = method !== "GET" && method !== "HEAD" && chance.once(2);
    const body = hasBody ? hostileBody(hostileFile(files, chance), chance) : {};
    return { path: hostilePath(chance), init: { method, headers: hostileHeaders(chance), ...body } };
  }),
];

/** One service for all of them. */
let opening: Promise<[ImageFiles, Awaited<ReturnType<typeof serveHostile>>]> | undefined;

function requestTarget(name: string, share: number, make: Make): Target {
  return {
    name,
    share,
    open: async () => {
      opening ??= Promise.all([readImageFiles(), serveHostile()]);
      const [files, put] = await opening;
      return (chance) => put(make(chance, files));
    },
  };
}

function deliver({ path, headers, body }: Posted, chance: Chance): HostileRequest {
  return { path, init: { method: "POST", headers: hostileHeaders(chance, headers), ...hostileBody(body, chance) } };
}

/** Left as it is now and then, so that what lies behind the parsers is reached. */
function toJson(path: string, value: unknown, chance: Chance): Posted {
  const body = chance.once(3) ? toUtf8(JSON.stringify(value)) : mutateJson(value, chance);
  return { path, headers: { "content-type": "application/json" }, body };
}

const someFiles = (chance: Chance, files: ImageFiles): Bytes[] =>
  Array.from({ length: chance.once(12) ? 0 : chance.oneOf(COUNTS) }, () => hostileFile(files, chance));

/** Base64 as many a client writes it. */
function base64Of(file: Bytes, chance: Chance): string {
  const text = toBase64(file);
  switch (chance.below(12)) {
    case 0:
      return text.replaceAll("=", "");
    case 1:
      return text.replaceAll("+", "-").replaceAll("/", "_");
    case 2:
      return text.slice(0, chance.below(text.length + 1));
    case 3:
      return text.match(/.{1,76}/g)?.join("\n") ?? "";
    default:
      return text;
  }
}

function jsonImage(file: Bytes, chance: Chance): unknown {
  const b64 = base64Of(file, chance);
  if (chance.once(2)) return { b64 };
  const prefix = chance.oneOf(["data:image/png;base64,", "data:;base64,", "data:image/png,", "https://x/", "data:"]);
  return { url: prefix + b64 };
}

function nativeJson(chance: Chance, files: ImageFiles): Posted {
  const images = someFiles(chance, files).map((file) => jsonImage(file, chance));
  return toJson(CLASSIFY + hostileQuery(chance), { images }, chance);
}

/** The one version there is stays, whatever is ordered. */
function channelOrder(chance: Chance): Posted {
  const channel = chance.oneOf([
    "stable",
    "canary",
    "shadow",
    "beta",
    "a",
    "..",
    "%2e%2e",
    "__proto__",
    "a".repeat(70),
  ]);
  const order = chance.oneOf<object>([
    { version: VERSION },
    { version: VERSION, percent: chance.oneOf([0, 10, 100, 101]) },
    { version: chance.oneOf(["9.9.9", "1.0.0-a", "1.0", "../1.0.0"]) },
    { percent: 50 },
    { rollback: true },
    { end: true },
  ]);
  return toJson(`/v1/models/${MODEL}/channels/${channel}`, order, chance);
}

function tfServing(chance: Chance, files: ImageFiles): Posted {
  const choice = chance.oneOf(["", "", "", `/versions/${VERSION}`, "/labels/stable", "/labels/canary"]);
  const count = chance.oneOf(COUNTS);
  const images = Array.from({ length: count }, () => tensorImage(chance, files, count));
  const named = images.map((value, i) => ({ image: value, key: `k${i}` }));
  const [verb, value] = chance.oneOf<[string, object]>([
    ["predict", { instances: images }],
    ["predict", { instances: named }],
    ["predict", { signature_name: chance.oneOf(["named_outputs", "serving_bytes", "none"]), instances: images }],
    ["predict", { inputs: images }],
    ["predict", { inputs: { image: images, key: images.map((_, i) => i) } }],
    ["classify", { examples: images.map((feature) => ({ image: feature })) }],
    ["classify", { context: { note: "a" }, examples: images.map((feature) => ({ image: [feature] })) }],
  ]);
  return toJson(`/v1/models/${MODEL}${choice}:${verb}`, value, chance);
}

/** A file, or samples that may be uneven, too many or none. */
function tensorImage(chance: Chance, files: ImageFiles, count: number): unknown {
  if (chance.once(2)) return { b64: base64Of(hostileFile(files, chance), chance) };
  const [height, width] = sizeOf(count, chance);
  const sample = () => (chance.once(50) ? hostileValue(chance) : chance.below(chance.once(40) ? 300 : 256));
  const pixel = chance.once(2) ? sample : () => Array.from({ length: chance.oneOf([1, 3, 3, 4, 5]) }, sample);
  return Array.from({ length: height }, () => Array.from({ length: chance.once(30) ? width + 1 : width }, pixel));
}

/** Of the graph's size, or small: of many images all are. */
const sizeOf = (count: number, chance: Chance): [height: number, width: number] =>
  count === 1 && chance.once(3) ? [28, 28] : [chance.oneOf([1, 2, 5]), chance.oneOf([1, 3, 4])];

const DATATYPES = ["UINT8", "FP32", "BYTES", "INT8", "FP64", "uint8", ""];
const OUTPUTS = ["probabilities", "logits", "label", "decision", "none"];

function inferenceRequest(input: object, chance: Chance): object {
  const outputs = Array.from({ length: chance.below(4) }, () => ({
    name: chance.oneOf(OUTPUTS),
    ...(chance.once(2) && {
      parameters: { binary_data: chance.once(2), classification: chance.oneOf([0, 1, 3, 10, 11, 2 ** 31]) },
    }),
  }));
  return {
    ...(chance.once(2) && { id: "42" }),
    inputs: chance.once(15) ? [input, input] : [input],
    ...(chance.once(2) && { outputs }),
    ...(chance.once(3) && { parameters: { binary_data_output: chance.once(2) } }),
  };
}

const inferPath = (chance: Chance) =>
  `/v2/models/${MODEL}${chance.oneOf(["", "", "", `/versions/${VERSION}`, "/versions/0.0.1"])}/infer`;

function openInference(chance: Chance, files: ImageFiles): Posted {
  const datatype = chance.oneOf(DATATYPES);
  const n = chance.oneOf(COUNTS);
  const [height, width] = sizeOf(n, chance);
  const samples = Array.from({ length: n * height * width }, () => chance.below(256));
  const elements = Array.from({ length: n }, () => base64Of(hostileFile(files, chance), chance));
  const isText = datatype === "BYTES";
  const shape = isText
    ? chance.oneOf([[n], [n, 1], []])
    : chance.oneOf([
        [n, height, width, 1],
        [n, height, width],
      ]);
  const data = isText ? elements : chance.once(3) ? [samples] : samples;
  return toJson(inferPath(chance), inferenceRequest({ name: "image", shape, datatype, data }, chance), chance);
}

function binaryTensors(chance: Chance, files: ImageFiles): Posted {
  const datatype = chance.oneOf(["UINT8", "FP32", "BYTES"]);
  const n = chance.oneOf(COUNTS);
  const [height, width] = sizeOf(n, chance);
  const binary =
    datatype === "BYTES" ? lengthPrefixed(n, chance, files) : numbers(datatype, n * height * width, chance);
  const shape = datatype === "BYTES" ? [n] : [n, height, width, 1];
  const size = chance.once(10) ? chance.oneOf([0, 1, 2 ** 31, 2 ** 53]) : binary.length;
  const input = { name: "image", shape, datatype, parameters: { binary_data_size: size } };
  const request = inferenceRequest(input, chance);
  const json = toUtf8(JSON.stringify(chance.once(3) ? mutateValue(structuredClone(request), chance) : request));
  const body = concatBytes([json, binary]);
  const header = chance.once(12) ? chance.oneOf([0, 1, json.length - 1, json.length + 1, 999_999_999]) : json.length;
  return {
    path: inferPath(chance),
    headers: { "inference-header-content-length": String(header) },
    body: chance.once(4) ? mutateBytes(body, chance) : body,
  };
}

function lengthPrefixed(count: number, chance: Chance, files: ImageFiles): Bytes {
  return concatBytes(
    Array.from({ length: count }, () => {
      const file = hostileFile(files, chance);
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, chance.once(20) ? chance.oneOf([0, 2 ** 32 - 1]) : file.length, true);
      return concatBytes([length, file]);
    }),
  );
}

/** As FP32 some are infinite, negative or not a number. */
function numbers(datatype: string, count: number, chance: Chance): Bytes {
  if (datatype === "UINT8") return chance.bytes(count);
  const isWild = chance.once(3);
  const value = () => (isWild && chance.once(20) ? chance.oneOf([NaN, Infinity, -1, 256, 1e-40]) : chance.below(256));
  return new Uint8Array(Float32Array.from({ length: count }, value).buffer);
}
