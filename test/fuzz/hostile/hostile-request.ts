// What is around a body: paths, queries, headers, and the ways in which a body arrives.

import { deflateSync, gzipSync } from "node:zlib";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";
import type { Chance } from "./chance.ts";
import { mutateBytes } from "./mutate-bytes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const QUERIES = [
  "top=1",
  "top=3",
  "top=0",
  "top=-1",
  "top=1e3",
  "top=99999999999999999999",
  "top",
  "explain=map",
  "explain=map",
  "explain=",
  "explain=heat",
  "label=7",
  "label=%00",
  "label=%F0%9F",
  "label=",
  "channel=stable",
  "channel=canary",
  "channel=..%2F..%2Fmnist",
  "channel=__proto__",
  "version=1.0.0",
  "version=1.0.0%0A",
  "version=v1",
  "version=%",
  "a=b&a=c",
];

export function hostileQuery(chance: Chance): string {
  const parts = Array.from({ length: chance.oneOf([0, 0, 0, 1, 1, 2, 3]) }, () => chance.oneOf(QUERIES));
  return parts.length === 0 ? "" : `?${parts.join(chance.oneOf(["&", "&", ";", "&&"]))}`;
}

const HEADERS: readonly [name: string, values: readonly string[]][] = [
  ["accept", ["image/png", "*/*", "image/*;q=0", ",;,", "image/png;q=2", "x".repeat(900)]],
  ["content-type", ["", "application/json", "multipart/form-data", "image/png; charset=", ";;", "a/b".repeat(300)]],
  ["content-length", ["0", "5", "-1", "1e9", "99999999999", "NaN"]],
  ["inference-header-content-length", ["0", "5", "-1", "1e2", "999999999", "9999999999", "0x10", "٣"]],
  ["edgescope-subject", ["a", "\u00ff".repeat(400)]],
  ["traceparent", ["00-", "ff-0", `00-${"a".repeat(32)}-${"b".repeat(16)}-01`, `00-${"0".repeat(32)}`]],
  ["origin", ["null", "https://app.example", "https://", "\u00e9"]],
  ["x-request-id", ["mine", "a".repeat(500)]],
  ["cf-connecting-ip", ["1.2.3.4", "::", "'"]],
  ["content-encoding", ["gzip", "deflate", "br", "gzip, gzip", "identity", "GZIP ", ""]],
  ["expect", ["100-continue"]],
];

/** Header values are Latin-1 without line breaks: no other gets past a server. */
export function hostileHeaders(chance: Chance, likely: Record<string, string> = {}): Record<string, string> {
  const headers: Record<string, string> = chance.once(12) ? {} : { ...likely };
  if (chance.once(3)) {
    const [name, values] = chance.oneOf(HEADERS);
    headers[name] = toHeaderValue(chance.oneOf(values));
  }
  if (chance.once(60)) for (let i = 0; i < 120; i++) headers[`x-${i}`] = "1";
  if (chance.once(60)) headers["x-long"] = "x".repeat(chance.oneOf([4096, 16_384, 70_000]));
  return headers;
}

export const toHeaderValue = (text: string): string => text.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff]/g, "?").trim();

/** At once, in pieces, or broken off. */
export function hostileBody(body: Bytes, chance: Chance): Pick<RequestInit, "body"> & { duplex?: "half" } {
  if (!chance.once(8)) return { body };
  const breaks = chance.once(3);
  const piece = chance.oneOf([1, 7, 64, 4096]);
  let at = 0;
  const stream = new ReadableStream<Bytes>({
    pull(controller) {
      if (breaks && at >= body.length / 2) return controller.error(new Error("the connection broke"));
      if (at >= body.length) return controller.close();
      controller.enqueue(body.slice(at, at + Math.max(piece, body.length / 50)));
      at += Math.max(piece, body.length / 50);
    },
  });
  return { body: stream, duplex: "half" };
}

const BOMB_BYTES = 16 * 1024 * 1024;
let bomb: Bytes | undefined;

/** Compressed as it says, otherwise than it says, damaged, or a bomb. */
export function pack(body: Bytes, chance: Chance): { body: Bytes; encoding: string } {
  const encoding = chance.oneOf(["gzip", "deflate", "x-gzip"]);
  const packed = new Uint8Array(encoding === "deflate" ? deflateSync(body) : gzipSync(body));
  switch (chance.below(6)) {
    case 0:
      return { body: mutateBytes(packed, chance), encoding };
    case 1:
      return { body: mutateBytes(packed, chance), encoding: chance.oneOf(["gzip", "deflate", "br", "gzip, deflate"]) };
    case 2:
      return { body: concatBytes([packed, chance.once(2) ? packed : chance.bytes(9)]), encoding };
    case 3:
      if (!chance.once(12)) return { body: packed.subarray(0, chance.below(packed.length)), encoding };
      bomb ??= new Uint8Array(gzipSync(new Uint8Array(BOMB_BYTES), { level: 9 }));
      return { body: bomb, encoding: "gzip" };
    default:
      return { body: packed, encoding };
  }
}

const PIECES = [
  "v1",
  "v2",
  "v3",
  "models",
  "mnist-cnn",
  "mnist-cnn:predict",
  "mnist-cnn:classify",
  "mnist-cnn:",
  ":predict",
  "absent",
  "versions",
  "1.0.0",
  "labels",
  "stable",
  "metadata",
  "classify",
  "infer",
  "ready",
  "config",
  "stats",
  "channels",
  "health",
  "live",
  "openapi.json",
  "docs",
  "healthz",
  "..",
  "%2e%2e",
  "%2F",
  "%00",
  "%",
  "%ff",
  "%E0%A4%A",
  "a".repeat(80),
  "a".repeat(2100),
  "é",
  "",
  "*",
  "__proto__",
  "toString",
];

export const hostilePath = (chance: Chance): string =>
  `/${Array.from({ length: chance.below(7) }, () => chance.oneOf(PIECES)).join("/")}${hostileQuery(chance)}`;

const LINE = "\r\n";

const DISPOSITIONS = [
  'form-data; name="f"',
  "form-data; filename*=UTF-8''%ff; name=",
  `attachment; filename="${"x".repeat(500)}"`,
  "",
];

/** A form of files, whose delimiters and headers may be wrong. */
export function hostileForm(files: readonly Uint8Array[], chance: Chance): { body: Bytes; contentType: string } {
  const boundary = chance.once(12)
    ? ""
    : chance.oneOf(["b", "----WebKitFormBoundaryX", "x".repeat(70), "a'()+_,-./:=?"]);
  const part = (file: Uint8Array, i: number) => {
    const disposition = chance.once(20) ? chance.oneOf(DISPOSITIONS) : `form-data; name="f${i}"; filename="f${i}.png"`;
    const type = chance.once(3) ? `${LINE}Content-Type: ${chance.oneOf(["image/png", "", "multipart/mixed"])}` : "";
    return concatBytes([
      toUtf8(`--${boundary}${LINE}Content-Disposition: ${disposition}${type}${LINE}${LINE}`),
      file,
      toUtf8(chance.once(20) ? "" : LINE),
    ]);
  };
  const end = chance.once(8) ? chance.oneOf([`--${boundary}`, `--${boundary}--`, ""]) : `--${boundary}--${LINE}`;
  const body = concatBytes([...files.map(part), toUtf8(end)]);
  const declared = chance.once(12) ? chance.oneOf([`"${boundary}"`, "other", "", '"']) : boundary;
  return {
    body: chance.once(5) ? mutateBytes(body, chance) : body,
    contentType: `multipart/form-data; boundary=${declared}`,
  };
}
