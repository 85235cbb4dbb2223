// Valid images of every kind that is decoded: what the hostile ones are made of.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "jpeg-js";
import * as jpegs from "../../image/fixtures.ts";
import { chunk, idat, png } from "../../image/png/png-file.ts";
import * as webps from "../../image/webp/webp-fixtures.ts";
import { DIGITS_FOLDER } from "../../registry/signed-bundle.ts";

export type ImageFiles = Record<"png" | "jpeg" | "webp", Uint8Array[]>;

export async function readImageFiles(): Promise<ImageFiles> {
  const example = async (name: string) => new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples", name)));
  const { palettePng, ...jpegFixtures } = jpegs;
  return {
    png: [
      await example("7.png"),
      palettePng,
      rows({ width: 12, height: 9, bitDepth: 8, colourType: 2 }, 37),
      rows({ width: 9, height: 5, bitDepth: 16, colourType: 6 }, 73),
      rows({ width: 20, height: 6, bitDepth: 1, colourType: 0 }, 4),
      rows({ width: 7, height: 7, bitDepth: 8, colourType: 4 }, 15),
      png(
        { width: 4, height: 2, bitDepth: 2, colourType: 3, interlace: 1 },
        chunk("PLTE", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        chunk("tRNS", [100]),
        idat([0, 0, 0, 64, 0, 128, 0, 64, 0, 0x12]),
      ),
    ],
    jpeg: [await example("7.jpg"), await example("3.jpg"), noise(40, 24), ...Object.values(jpegFixtures)],
    webp: Object.values(webps).filter((file) => file[0] === "R".charCodeAt(0)),
  };
}

/** Filters of every type, and samples that no two rows share. */
function rows(header: Parameters<typeof png>[0], rowBytes: number): Uint8Array {
  const length = header.height * rowBytes;
  return png(header, idat(Uint8Array.from({ length }, (_, i) => (i % rowBytes === 0 ? (i / rowBytes) % 5 : i * 31))));
}

/** What fills most of the code tables. */
function noise(width: number, height: number): Uint8Array {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
  return Uint8Array.from(encode({ data, width, height }, 70).data);
}
