// The reader of one EXIF tag: both byte orders, and upright for whatever is malformed.

import { describe, expect, test } from "vitest";
import { readExifOrientation } from "../../../src/image/orientation/exif-orientation.ts";
import { exifBlock } from "./exif-block.ts";

const patched = (offset: number, ...bytes: number[]) => {
  const block = exifBlock(6);
  block.set(bytes, offset);
  return block;
};

describe("EXIF orientation", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("reads orientation %i in both byte orders", (orientation) => {
    expect(readExifOrientation(exifBlock(orientation))).toBe(orientation);
    expect(readExifOrientation(exifBlock(orientation, { littleEndian: true }))).toBe(orientation);
  });

  test("finds the tag behind other entries", () => {
    const one = exifBlock(8);
    const two = new Uint8Array(38);
    two.set(one.subarray(0, 10));
    two[9] = 2;
    two.set([0x01, 0x0f, 0, 2, 0, 0, 0, 1], 10);
    two.set(one.subarray(10), 22);
    expect(readExifOrientation(two)).toBe(8);
  });

  test.each([
    ["no bytes", new Uint8Array(0)],
    ["a header and nothing else", exifBlock(6).subarray(0, 8)],
    ["a directory cut inside its entry", exifBlock(6).subarray(0, 20)],
    ["an unknown byte order", patched(0, 0x41, 0x41)],
    ["a wrong magic number", patched(2, 0, 43)],
    ["a directory beyond the block", patched(4, 0xff, 0xff, 0xff, 0xff)],
    ["more entries than bytes, none of them the tag", patched(8, 0xff, 0xff, 0x01, 0x13)],
    ["a value of another type", patched(12, 0, 4)],
    ["two values", patched(14, 0, 0, 0, 2)],
    ["orientation 0", exifBlock(0)],
    ["orientation 9", exifBlock(9)],
  ])("takes %s for upright", (_, block) => {
    expect(readExifOrientation(block)).toBe(1);
  });

  test("reads a block that is a view into a larger buffer", () => {
    const buffer = new Uint8Array(100).fill(0x55);
    buffer.set(exifBlock(3), 31);
    expect(readExifOrientation(buffer.subarray(31, 57))).toBe(3);
  });
});
