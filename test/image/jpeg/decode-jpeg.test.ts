// JPEG: every kind that cameras and editors write comes out right, and a picture that could only be guessed at is refused.

import { describe, expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";
import { createImageDecoder } from "../../../src/image/decode-image.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { exifBlock } from "../orientation/exif-block.ts";
import * as fixtures from "../fixtures.ts";
import { encodeJpeg } from "./mozjpeg.ts";

const { colourJpeg, greyJpeg, progressiveJpeg, restartJpeg, rgbJpeg } = fixtures;
const decode = createImageDecoder(await loadCodecModules());
const limits = { maxPixels: 2_000_000 };

async function pixelsOf(bytes: Uint8Array) {
  const decoded = await decode(bytes, limits);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value.pixels;
}

async function reasonOf(bytes: Uint8Array) {
  const decoded = await decode(bytes, limits);
  return decoded.ok ? "none" : decoded.error.reason;
}

/** Offset of the first marker of this kind. */
const markerAt = (bytes: Uint8Array, marker: number) =>
  bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);

/** Inserts bytes, or replaces as many as `replaced` says. */
const spliced = (bytes: Uint8Array, at: number, inserted: Iterable<number>, replaced = 0) =>
  concatBytes([bytes.subarray(0, at), Uint8Array.from(inserted), bytes.subarray(at + replaced)]);

/** Without the first bytes of its first scan. */
function withoutData(file: Uint8Array): Uint8Array {
  const sos = markerAt(file, 0xda);
  return spliced(file, sos + 2 + ((file[sos + 2] << 8) | file[sos + 3]), [], 6);
}

const segment = (marker: number, body: Uint8Array) =>
  concatBytes([Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body]);

describe("JPEG kinds", () => {
  test.each([
    ["YCbCr", colourJpeg, [201, 40, 90], [10, 220, 59]],
    ["YCbCr with 4:2:2 chroma", fixtures.subsampled422Jpeg, [199, 41, 90], [11, 219, 59]],
    ["YCbCr with 4:2:0 chroma", fixtures.subsampled420Jpeg, [199, 41, 90], [11, 219, 59]],
    ["progressive", progressiveJpeg, [201, 40, 90], [10, 220, 59]],
    ["restart markers", restartJpeg, [201, 40, 90], [10, 220, 59]],
    ["RGB", rgbJpeg, [200, 40, 90], [10, 220, 60]],
    ["CMYK", fixtures.cmykJpeg, [50, 198, 152], [50, 198, 152]],
    ["progressive CMYK", fixtures.progressiveCmykJpeg, [50, 198, 152], [50, 198, 152]],
    ["YCCK", fixtures.ycckJpeg, [137, 235, 42], [137, 235, 42]],
  ] as const)("gives three channels of %s", async (_, bytes, left, right) => {
    const { data, ...shape } = await pixelsOf(bytes);
    expect(shape).toEqual({ width: 16, height: 8, channels: 3, maxValue: 255 });
    expect(data.length).toBe(16 * 8 * 3);
    expect([...data.subarray(0, 3)]).toEqual(left);
    expect([...data.subarray(-3)]).toEqual(right);
  });

  test("gives one channel of grey", async () => {
    const row = [50, 50, 50, 50, 50, 50, 50, 50, 200, 200, 200, 200, 200, 200, 200, 200];
    const data = Uint8Array.from({ length: 128 }, (_, i) => row[i % 16]);
    expect(await pixelsOf(greyJpeg)).toEqual({ width: 16, height: 8, channels: 1, data, maxValue: 255 });
  });

  test("decodes what mozjpeg encodes", async () => {
    const [width, height] = [40, 24];
    const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => [i / 16, 128, 255 - i / 16, 255][i % 4]);
    const { data } = await pixelsOf(await encodeJpeg(rgba, width, height, { quality: 95, chroma_subsample: 1 }));
    let largest = 0;
    for (let i = 0; i < data.length; i++) {
      largest = Math.max(largest, Math.abs(data[i] - rgba[Math.floor(i / 3) * 4 + (i % 3)]));
    }
    expect(data.length).toBe(width * height * 3);
    expect(largest).toBeLessThan(12);
  });

  test("applies EXIF orientation once, whichever the byte order", async () => {
    const { width, height, data } = await pixelsOf(fixtures.turnedJpeg);
    expect([width, height]).toEqual([8, 16]);
    expect([...data.subarray(0, 3)]).toEqual([201, 40, 90]);
    expect([...data.subarray(-3)]).toEqual([10, 220, 59]);
    for (const littleEndian of [false, true]) {
      const body = concatBytes([toUtf8("Exif\0\0"), exifBlock(3, { littleEndian })]);
      const turned = await pixelsOf(spliced(colourJpeg, 2, segment(0xe1, body)));
      expect([...turned.data.subarray(0, 3)]).toEqual([10, 220, 59]);
    }
  });

  test("takes malformed EXIF for upright", async () => {
    const body = concatBytes([toUtf8("Exif\0\0"), exifBlock(6).subarray(0, 15)]);
    expect(await pixelsOf(spliced(colourJpeg, 2, segment(0xe1, body)))).toEqual(await pixelsOf(colourJpeg));
  });
});

describe("JPEGs that are odd and sound", () => {
  test.each([
    ["stray bytes between segments", spliced(colourJpeg, markerAt(colourJpeg, 0xdb), [1, 2, 3])],
    ["fill bytes before a marker", spliced(colourJpeg, markerAt(colourJpeg, 0xdb), [0xff, 0xff])],
    ["zeros before the end-of-image marker", spliced(colourJpeg, colourJpeg.length - 2, new Uint8Array(500))],
    ["one byte flushed too much", spliced(colourJpeg, colourJpeg.length - 2, [0xff, 0x00])],
    ["bytes after the end-of-image marker", spliced(colourJpeg, colourJpeg.length, [0xff, 0xd8, 0xff, 1, 2])],
    [
      "a comment, a profile and a thumbnail",
      spliced(colourJpeg, 2, [
        ...segment(0xfe, toUtf8("comment")),
        ...segment(0xe2, toUtf8("ICC_PROFILE\0 and more")),
        ...segment(0xe1, concatBytes([toUtf8("http://ns.adobe.com/xap/1.0/\0"), greyJpeg])),
      ]),
    ],
    ["a JFIF version that does not exist", spliced(colourJpeg, 11, [9], 1)],
    ["an Adobe transform that does not exist", spliced(colourJpeg, 2, segment(0xee, toUtf8("Adobe\0d\0\0\0\0\u0009")))],
  ])("decodes %s like the clean file", async (_, bytes) => {
    expect(await pixelsOf(bytes)).toEqual(await pixelsOf(colourJpeg));
  });
});

describe("JPEGs that are refused", () => {
  const sof = markerAt(colourJpeg, 0xc0);
  const sos = markerAt(colourJpeg, 0xda);
  const scanData = sos + 14;

  test.each([
    ["arithmetic coding", spliced(colourJpeg, sof + 1, [0xc9], 1), "unsupported"],
    ["progressive arithmetic coding", spliced(colourJpeg, sof + 1, [0xca], 1), "unsupported"],
    ["a lossless process", spliced(colourJpeg, sof + 1, [0xc3], 1), "unsupported"],
    ["a hierarchical process", spliced(colourJpeg, sof + 1, [0xc5], 1), "unsupported"],
    ["a hierarchical sequence", spliced(colourJpeg, sof, segment(0xde, new Uint8Array(15))), "unsupported"],
    ["12 bits a sample", spliced(colourJpeg, sof + 4, [12], 1), "unsupported"],
    [
      "two components",
      spliced(colourJpeg, sof, segment(0xc0, Uint8Array.of(8, 0, 8, 0, 16, 2, 1, 0x11, 0, 2, 0x11, 0))),
      "unsupported",
    ],
    [
      "four components without an Adobe marker",
      spliced(fixtures.cmykJpeg, markerAt(fixtures.cmykJpeg, 0xee), [], 16),
      "unsupported",
    ],
    ["no height", spliced(colourJpeg, sof + 5, [0, 0], 2), "corrupt"],
    ["no frame", spliced(colourJpeg, sof, [], 19), "corrupt"],
    ["two frames", spliced(colourJpeg, sof, colourJpeg.subarray(sof, sof + 19)), "corrupt"],
    ["two start-of-image markers", spliced(colourJpeg, 2, [0xff, 0xd8]), "corrupt"],
    ["a sampling factor of 0", spliced(colourJpeg, sof + 11, [0x01], 1), "corrupt"],
    ["a frame header of a wrong length", spliced(colourJpeg, sof + 9, [1], 1), "corrupt"],
    ["a segment of length 1", spliced(colourJpeg, 4, [0, 1], 2), "corrupt"],
    ["a marker that does not exist", spliced(colourJpeg, sos, segment(0x02, new Uint8Array(2))), "corrupt"],
    [
      "an end-of-image marker before any scan",
      concatBytes([colourJpeg.subarray(0, sos), Uint8Array.of(0xff, 0xd9)]),
      "corrupt",
    ],
    ["no end-of-image marker", colourJpeg.subarray(0, -2), "truncated"],
    ["entropy-coded data that ends early", spliced(colourJpeg, scanData, [], 6), "corrupt"],
    ["inks whose data ends early", withoutData(fixtures.cmykJpeg), "corrupt"],
    ["progressive inks whose data ends early", withoutData(fixtures.progressiveCmykJpeg), "corrupt"],
    [
      "arithmetic coding of inks",
      spliced(fixtures.cmykJpeg, markerAt(fixtures.cmykJpeg, 0xc0) + 1, [0xc9], 1),
      "unsupported",
    ],
    ["inks of 12 bits", spliced(fixtures.cmykJpeg, markerAt(fixtures.cmykJpeg, 0xc0) + 4, [12], 1), "unsupported"],
    [
      "entropy-coded data that is left over",
      spliced(colourJpeg, colourJpeg.length - 2, new Uint8Array(12).fill(7)),
      "corrupt",
    ],
    [
      "data left over before another marker",
      spliced(progressiveJpeg, progressiveJpeg.lastIndexOf(0xc4) - 1, new Uint8Array(12)),
      "corrupt",
    ],
    ["restart markers out of order", spliced(restartJpeg, markerAt(restartJpeg, 0xd0) + 1, [0xd5], 1), "corrupt"],
    ["a missing Huffman table", spliced(rgbJpeg, markerAt(rgbJpeg, 0xc4), [], 4 + 16), "corrupt"],
  ])("refuses %s", async (_, bytes, reason) => {
    expect(await reasonOf(bytes)).toBe(reason);
  });

  test("refuses a harmless warning that would hide a real one", async () => {
    const damaged = spliced(spliced(colourJpeg, scanData, [], 6), markerAt(colourJpeg, 0xdb), [7, 7, 7]);
    expect(await reasonOf(damaged)).toBe("corrupt");
  });

  test("refuses a progressive file without the DC scan of a component", async () => {
    // The first scan carries the DC of all three components; it is made to name the first alone.
    const first = markerAt(progressiveJpeg, 0xda);
    expect([...progressiveJpeg.subarray(first, first + 11)]).toEqual([0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x10, 3, 0x10]);
    const dcOfOne = spliced(progressiveJpeg, first + 2, [0, 8, 1, 1, 0x00], 9);
    expect(await reasonOf(dcOfOne)).toBe("corrupt");
  });

  test.each([
    ["grey", greyJpeg],
    ["inks", fixtures.cmykJpeg],
    ["progressive inks", fixtures.progressiveCmykJpeg],
  ])("refuses hundreds of scans over one frame of %s", async (_, file) => {
    const scan = file.subarray(markerAt(file, 0xda), -2);
    const repeated = concatBytes([file.subarray(0, -2), ...Array.from({ length: 500 }, () => scan), file.subarray(-2)]);
    expect(await reasonOf(repeated)).toBe("unsupported");
  });

  test("refuses CMYK above half a megapixel, whatever the caller allows", async () => {
    const cmykSof = markerAt(fixtures.cmykJpeg, 0xc0);
    const large = spliced(fixtures.cmykJpeg, cmykSof + 5, [0x02, 0x01, 0x04, 0x00], 4);
    expect(await reasonOf(large)).toBe("too_many_pixels");
  });
});
