// Files that are damaged, cut, or two things at once, over HTTP in every dialect: an answer or a refusal of the caller's,
// never a failure of the service's.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";
import { chunk, PNG_SIGNATURE } from "../../image/png/png-file.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";
import { serveDigits } from "../served-digits.ts";

const example = async (name: string) => new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples", name)));
const [png, jpeg] = [await example("7.png"), await example("7.jpg")];
const served = await serveDigits();

const CODES = new Set([
  "unsupported_media_type",
  "image_truncated",
  "image_corrupt",
  "image_unsupported",
  "too_many_pixels",
]);

const post = async (body: Uint8Array<ArrayBuffer>) => {
  const response = await served.request("/v1/models/mnist/classify", { method: "POST", body });
  const { code, decision } = await response.json();
  return { status: response.status, outcome: code ?? decision.outcome };
};

describe.each([
  ["PNG", png, 1],
  ["JPEG", jpeg, 5],
] as const)("a %s", (_, file, step) => {
  test("with a bit turned over is an image, or is refused", async () => {
    for (let at = 0; at < file.length; at += step) {
      const { status, outcome } = await post(file.with(at, file[at] ^ (1 << (at % 8))));
      expect(status === 200 ? "answered" : outcome, `at ${at}`).toSatisfy(
        (code: string) => code === "answered" || CODES.has(code),
      );
      expect(status).toBeLessThan(500);
    }
  });
});

describe("a file that is two things at once is what its first bytes say", () => {
  const html = toUtf8("<script>alert(1)</script>");
  const zip = concatBytes([toUtf8("PK\u0005\u0006"), new Uint8Array(18)]);
  test.for<[what: string, file: Uint8Array<ArrayBuffer>, outcome: string]>([
    ["a PNG with an archive behind it", concatBytes([png, zip]), "label"],
    ["a PNG with a JPEG behind it", concatBytes([png, jpeg]), "label"],
    ["a JPEG with a page behind it", concatBytes([jpeg, html]), "label"],
    [
      "a PNG with a page in its text",
      concatBytes([png.subarray(0, 33), chunk("tEXt", html), png.subarray(33)]),
      "label",
    ],
    ["a page with a PNG in it", concatBytes([html, png]), "unsupported_media_type"],
    ["a GIF with a JPEG in it", concatBytes([toUtf8("GIF89a"), jpeg]), "unsupported_media_type"],
    ["an archive with a PNG behind it", concatBytes([zip, png]), "unsupported_media_type"],
    ["a PNG's signature before a JPEG", concatBytes([PNG_SIGNATURE, jpeg]), "image_corrupt"],
  ])("%s", async ([, file, outcome]) => {
    expect((await post(file)).outcome).toBe(outcome);
  });
});
