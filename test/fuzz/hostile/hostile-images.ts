// Images that are damaged where it hurts: behind valid checksums, lengths and markers, so that what lies deeper is reached.

import { deflateSync } from "node:zlib";
import { concatBytes, toUtf8 } from "../../../src/base/bytes.ts";
import { chunk, iend, ihdr, PNG_SIGNATURE } from "../../image/png/png-file.ts";
import { losslessChunk, riffChunk, vp8x, webp, type Bits } from "../../image/webp/webp-file.ts";
import type { Chance } from "./chance.ts";
import type { ImageFiles } from "./image-files.ts";
import { mutateBytes, splice } from "./mutate-bytes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A thousand times as many zeros, deflated. */
const bomb = deflateSync(new Uint8Array(1024 * 1024));

const SIZES = [0, 1, 2, 7, 8, 9, 16, 33, 255, 1000, 16_383, 16_384, 65_535, 65_536, 0x7fff_ffff];

export function hostileImage(files: ImageFiles, type: keyof ImageFiles, chance: Chance): Bytes {
  const file = chance.oneOf(files[type]);
  switch (chance.below(8)) {
    case 0:
    case 1:
      return mutateBytes(file, chance);
    case 2:
      return splice(file, chance.oneOf(files[type]), chance);
    case 3:
      return inventImage(type, chance);
    default:
      return mutateParts(file, type, chance);
  }
}

/** Anything that a poster may call an image. */
export function hostileFile(files: ImageFiles, chance: Chance): Bytes {
  const type = chance.oneOf(["png", "jpeg", "webp"] as const);
  const other = chance.oneOf(files[chance.oneOf(["png", "jpeg", "webp"] as const)]);
  switch (chance.below(6)) {
    case 0:
      return chance.bytes(chance.below(300));
    case 1:
      return concatBytes([
        chance.oneOf(files[type]).subarray(0, 2 + chance.below(30)),
        chance.bytes(chance.below(300)),
      ]);
    case 2:
      return splice(chance.oneOf(files[type]), other, chance);
    case 3:
      return concatBytes([toUtf8(chance.oneOf(["GIF89a", "BM", "%PDF-1.7", "<svg/>", "PK\u0003\u0004"])), other]);
    case 4:
      return Uint8Array.from(chance.oneOf(files[type]));
    default:
      return hostileImage(files, type, chance);
  }
}

/** Cut into the format's parts; these are damaged, doubled, dropped or put elsewhere, and written as the format has them. */
function mutateParts(file: Uint8Array, type: keyof ImageFiles, chance: Chance): Bytes {
  const { head, parts, write } = { png: pngParts, jpeg: jpegParts, webp: webpParts }[type](file);
  for (let left = 1 + chance.below(3); left > 0 && parts.length > 0; left--) {
    const at = chance.below(parts.length);
    const part = parts[at];
    switch (chance.below(6)) {
      case 0:
        parts.splice(at, 1);
        break;
      case 1:
        parts.splice(chance.below(parts.length + 1), 0, part);
        break;
      case 2:
        parts.splice(chance.below(parts.length), 0, ...parts.splice(at, 1));
        break;
      default:
        parts[at] = { ...part, data: mutateBytes(part.data, chance) };
    }
  }
  return concatBytes([head, write(parts)]);
}

type Part = { type: string; data: Uint8Array };
type Cut = { head: Uint8Array; parts: Part[]; write: (parts: readonly Part[]) => Uint8Array };

function pngParts(file: Uint8Array): Cut {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts: Part[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    parts.push({ type: textOf(file.subarray(at + 4, at + 8)), data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return {
    head: PNG_SIGNATURE,
    parts,
    write: (written) => concatBytes(written.map(({ type, data }) => chunk(type, data))),
  };
}

/** A scan's data is a part of its own, without a length. */
function jpegParts(file: Uint8Array): Cut {
  const parts: Part[] = [];
  for (let at = 2; at + 4 <= file.length;) {
    const isSegment = file[at] === 0xff && file[at + 1] >= 0xc0 && (file[at + 1] < 0xd0 || file[at + 1] > 0xd9);
    if (isSegment || (file[at] === 0xff && file[at + 1] === 0xda)) {
      const end = at + 2 + ((file[at + 2] << 8) | file[at + 3]);
      parts.push({ type: String.fromCharCode(file[at + 1]), data: file.subarray(at + 4, end) });
      at = end;
      continue;
    }
    let end = at + 1;
    while (end < file.length && !(file[end] === 0xff && file[end + 1] >= 0xc0 && !isRestart(file[end + 1]))) end++;
    parts.push({ type: "", data: file.subarray(at, end) });
    at = end;
  }
  const write = ({ type, data }: Part): Uint8Array => {
    if (type === "") return data;
    const body = data.subarray(0, 65_533);
    return concatBytes([
      Uint8Array.of(0xff, type.charCodeAt(0), (body.length + 2) >> 8, (body.length + 2) & 255),
      body,
    ]);
  };
  return { head: file.subarray(0, 2), parts, write: (written) => concatBytes(written.map(write)) };
}

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

function webpParts(file: Uint8Array): Cut {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts: Part[] = [];
  for (let at = 12; at + 8 <= file.length;) {
    const length = view.getUint32(at + 4, true);
    parts.push({ type: textOf(file.subarray(at, at + 4)), data: file.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return {
    head: new Uint8Array(),
    parts,
    write: (written) => webp(...written.map(({ type, data }) => riffChunk(type, data))),
  };
}

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** A header that says what it likes, and data that may or may not be what it says. */
function inventImage(type: keyof ImageFiles, chance: Chance): Bytes {
  const [width, height] = [chance.oneOf(SIZES), chance.oneOf(SIZES)];
  switch (type) {
    case "png": {
      const header = {
        width,
        height,
        bitDepth: chance.oneOf([0, 1, 2, 4, 8, 16, 32]),
        colourType: chance.oneOf([0, 2, 3, 4, 6, 1, 5, 7]),
        interlace: chance.oneOf([0, 1, 2]),
      };
      const raw = chance.bytes(chance.below(600));
      const data = chance.once(4) ? bomb : chance.once(4) ? raw : deflateSync(raw);
      const palette = chance.once(2) ? [chunk("PLTE", chance.bytes(chance.below(10) * 3))] : [];
      return concatBytes([PNG_SIGNATURE, ihdr(header), ...palette, chunk("IDAT", data), iend]);
    }
    case "jpeg":
      return inventJpeg(width, height, chance);
    case "webp": {
      const bits = Array.from({ length: chance.below(200) }, (): Bits => [chance.below(256), 1 + chance.below(8)]);
      const extended = chance.once(2) ? [vp8x(width & 0xff_ffff, height & 0xff_ffff, chance.below(256))] : [];
      const lossless = losslessChunk(width & 16_383 || 1, height & 16_383 || 1, ...bits);
      const picture = chance.once(3) ? riffChunk("VP8 ", chance.bytes(chance.below(300))) : lossless;
      return Uint8Array.from(webp(...extended, picture));
    }
  }
}

/** Code tables that code something, over a frame of any size, and scans of noise. */
function inventJpeg(width: number, height: number, chance: Chance): Bytes {
  const segment = (marker: number, body: readonly number[]) =>
    Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body);
  const components = chance.oneOf([1, 3, 4, 2, 0]);
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  const sampling = () => chance.oneOf([0x11, 0x22, 0x21, 0x12, 0x41, 0x44, 0x13, 0]);
  const table = (kind: number) => {
    const counts = Array.from({ length: 16 }, (_, i) => (i > 1 && i < 9 ? chance.below(3) : 0));
    const values = counts.reduce((sum, count) => sum + count, 0);
    return segment(0xc4, [kind, ...counts, ...chance.bytes(values)]);
  };
  const scan = () => [
    segment(0xda, [components, ...ids.flatMap((id) => [id, chance.oneOf([0, 0x11])]), 0, chance.oneOf([63, 0, 5]), 0]),
    chance.bytes(chance.below(300)).map((byte) => Math.min(byte, 0xfe)),
  ];
  return concatBytes([
    Uint8Array.of(0xff, 0xd8),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => 1 + chance.below(255))]),
    segment(chance.oneOf([0xc0, 0xc1, 0xc2]), [
      8,
      (height >> 8) & 255,
      height & 255,
      (width >> 8) & 255,
      width & 255,
      components,
      ...ids.flatMap((id) => [id, sampling(), 0]),
    ]),
    ...[0x00, 0x10, 0x01, 0x11].map(table),
    ...(chance.once(3) ? [segment(0xdd, [0, chance.below(4)])] : []),
    ...Array.from({ length: chance.oneOf([1, 1, 2, 120]) }, scan).flat(),
    Uint8Array.of(0xff, 0xd9),
  ]);
}
