// Hostile JPEGs at every scale: whatever the bytes, all rows of a picture come or a known reason does, nothing is thrown,
// and the next picture is decoded as if nothing had happened.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DecodeReason } from "../../../src/image/decode-failure.ts";
import type { Reduction } from "../../../src/image/image-rows.ts";
import { createImageReader } from "../../../src/image/read-image.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import { countCodecMemory } from "../codec-memory.ts";
import { flatJpeg } from "./flat-jpeg.ts";
import { SCALED_VECTORS } from "./scaled-vectors.ts";

const modules = await loadCodecModules();
const read = createImageReader(modules);

/** Printed by fast-check with every failure; fixed, so that a run can be repeated. */
const seed = 20_261_122;
const numRuns = 1500;

const REASONS: DecodeReason[] = ["truncated", "corrupt", "unsupported", "too_many_pixels", "unknown_type", "empty"];

/** The reason, or how many samples are missing from the picture. */
async function outcomeOf(bytes: Uint8Array, reduction: Reduction = 1, colour: "grey" | "rgb" = "rgb", reader = read) {
  let missing = 0;
  const facts = await reader(bytes, { maxPixels: 1_000_000, reduce: () => reduction, colour }, (header) => {
    missing = header.width * header.height * header.channels;
    return (samples) => {
      missing -= samples.length;
    };
  });
  return facts.ok ? missing : facts.error.reason;
}

const insertion = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 12 }),
  inserted: fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom(
      ...[0xd0, 0xd9, 0xda, 0xc4, 0xdb, 0xdd, 0xc0].map((marker) => Uint8Array.of(0xff, marker)),
      Uint8Array.of(0xff, 0xdd, 0, 4, 0, 1),
    ),
  ),
});
const flip = fc.record({ at: fc.nat(), bit: fc.nat({ max: 7 }) });

test("mutated files of every kind", async () => {
  const counted = createImageReader(modules);
  const memory = countCodecMemory();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SCALED_VECTORS),
      fc.array(insertion, { maxLength: 2 }),
      fc.array(flip, { minLength: 1, maxLength: 4 }),
      fc.constantFrom<Reduction>(1, 2, 4, 8),
      fc.constantFrom<"grey" | "rgb">("grey", "rgb"),
      async ({ file }, insertions, flips, reduction, colour) => {
        let bytes = [...file];
        for (const { at, removed, inserted } of insertions)
          bytes = bytes.toSpliced(at % bytes.length, removed, ...inserted);
        for (const { at, bit } of flips) bytes[at % bytes.length] ^= 1 << bit;
        expect([0, ...REASONS]).toContain(await outcomeOf(Uint8Array.from(bytes), reduction, colour, counted));
      },
    ),
    { seed, numRuns },
  );
  memory.stop();
  // A million pixels of three components, as coefficients with their masks.
  expect(memory.largest()).toBeLessThan(12 * 1024 * 1024);
  for (const { file } of SCALED_VECTORS) expect(await outcomeOf(file, 1, "rgb", counted)).toBe(0);
});

test("files that are cut anywhere are truncated at every scale", async () => {
  for (const { file } of SCALED_VECTORS) {
    for (let length = 3; length < file.length; length += 7) {
      const reduction = ([1, 2, 4, 8] as const)[length % 4];
      expect(await outcomeOf(file.subarray(0, length), reduction), `${length} bytes`).toBe("truncated");
    }
  }
});

describe("refuses", () => {
  const valid = flatJpeg({ width: 64, height: 64 });
  const tablesAt = valid.findIndex((byte, i) => byte === 0xff && valid[i + 1] === 0xc4);
  const replaced = (at: number, ...bytes: number[]) => {
    const changed = valid.slice();
    changed.set(bytes, at);
    return changed;
  };
  const scanAt = valid.findIndex((byte, i) => byte === 0xff && valid[i + 1] === 0xda);

  test.each([
    ["more codes of one bit than there are", replaced(tablesAt + 5, 3)],
    ["a code that is in no table", replaced(scanAt + 14, 0x80)],
    ["a DC difference of 16 bits", replaced(tablesAt + 4 + 17, 16)],
    ["a run beyond the block", replaced(tablesAt + 4 + 18 + 17, 0xf1)],
    ["a table number of 4", replaced(tablesAt + 4, 0x04)],
    ["a scan of a component that the frame does not have", replaced(scanAt + 5, 9)],
    ["a scan of one component twice", replaced(scanAt + 7, 1)],
    ["a scan with a table that is not there", replaced(scanAt + 6, 0x01)],
    ["a sequential scan of a band", replaced(scanAt + 12, 5)],
  ])("%s", async (_, bytes) => {
    expect(await outcomeOf(valid)).toBe(0);
    for (const reduction of [1, 8] as const) expect(await outcomeOf(bytes, reduction)).toBe("corrupt");
  });

  test("sampling factors that are not multiples of each other, and more than ten blocks an MCU", async () => {
    expect(await outcomeOf(flatJpeg({ width: 64, height: 64, sampling: [3, 1] }))).toBe(0);
    const frameAt = valid.findIndex((byte, i) => byte === 0xff && valid[i + 1] === 0xc0);
    expect(await outcomeOf(replaced(frameAt + 11, 0x31, 0, 2, 0x21))).toBe("unsupported");
    expect(await outcomeOf(replaced(frameAt + 11, 0x44))).toBe("corrupt");
  });

  test("a hundred and one scans", async () => {
    const progressive = flatJpeg({ width: 64, height: 64, progressive: true });
    const lastScan = progressive.findLastIndex((byte, i) => byte === 0xff && progressive[i + 1] === 0xda);
    const scan = progressive.subarray(lastScan, -2);
    const many = (times: number) =>
      Uint8Array.from([
        ...progressive.subarray(0, -2),
        ...Array.from({ length: times }, () => [...scan]).flat(),
        0xff,
        0xd9,
      ]);
    expect(await outcomeOf(many(96))).toBe(0);
    expect(await outcomeOf(many(97))).toBe("unsupported");
  });

  test("refining what has not been there, and a band without its DC", async () => {
    const progressive = flatJpeg({ width: 64, height: 64, progressive: true });
    const firstScan = progressive.findIndex((byte, i) => byte === 0xff && progressive[i + 1] === 0xda);
    const refining = progressive.slice();
    refining[firstScan + 13] = 0x21;
    expect(await outcomeOf(refining)).toBe("corrupt");
    const end = progressive.findIndex((byte, i) => i > firstScan && byte === 0xff && progressive[i + 1] === 0xda);
    const withoutDc = Uint8Array.from([...progressive.subarray(0, firstScan), ...progressive.subarray(end)]);
    expect(await outcomeOf(withoutDc)).toBe("corrupt");
  });
});
