// Photos for a browser to make smaller: the drawn digits enlarged under a grain, in every kind of file that matters.

import { readFile } from "node:fs/promises";
import encodeJpeg, { init } from "@jsquash/jpeg/encode.js";
import { concatBytes, toUtf8 } from "../../src/base/bytes.ts";
import type { Samples } from "../../src/image/pixels.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import { encodePng } from "../../train/evaluate/images/encode-png.ts";
import { drawDigit } from "../../train/examples/draw-digits.ts";
import { exifBlock } from "../image/orientation/exif-block.ts";
import { chunk } from "../image/png/png-file.ts";
import type { Photo } from "./page-server.ts";

/** Within the released models' ceilings, and a multiple of none of their inputs. */
const WIDTH = 910;
const HEIGHT = 1130;

const DRAWN = 112;

export async function makePhotos(): Promise<Map<string, Photo>> {
  await startEncoder();
  const photos = new Map<string, Photo>();
  const png = (name: string, bytes: Uint8Array) => photos.set(`/${name}.png`, { type: "image/png", bytes });
  const jpeg = (name: string, bytes: Uint8Array) => photos.set(`/${name}.jpg`, { type: "image/jpeg", bytes });

  for (let digit = 0; digit < 10; digit++) jpeg(`digit-${digit}`, await toJpeg(enlarge(drawn(digit))));
  const three = enlarge(drawn(3));
  const greyPng = encodePng({ width: WIDTH, height: HEIGHT, channels: 1, data: three, maxValue: 255 });
  png("grey", greyPng);
  // A browser that heeded it would show other greys: gAMA of 1.0 says that the samples are linear light.
  png("with-gamma", insert(greyPng, AFTER_IHDR, chunk("gAMA", [0, 1, 0x86, 0xa0])));
  const sixteenBits = Uint16Array.from(three, (grey) => grey * 257);
  png("16-bit", encodePng({ width: WIDTH, height: HEIGHT, channels: 1, data: sixteenBits, maxValue: 65535 }));
  const seeThrough = toRgba(three, (grey, at) => [
    grey,
    255 - grey,
    grey >> 1,
    at % WIDTH < 500 ? 255 : 90 + (at % 60),
  ]);
  png("see-through", encodePng({ width: WIDTH, height: HEIGHT, channels: 4, data: seeThrough, maxValue: 255 }));
  jpeg("colour", await toJpeg(three, (grey) => [grey, 200 - (grey >> 1), 255 - grey, 255]));
  jpeg("on-its-side", insert(await toJpeg(enlarge(drawn(7))), AFTER_SOI, app1(6)));
  return photos;
}

async function startEncoder(): Promise<void> {
  const encoder = import.meta.resolve("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm");
  await init(await WebAssembly.compile(await readFile(new URL(encoder))));
}

const AFTER_IHDR = 33;
const AFTER_SOI = 2;

const insert = (bytes: Uint8Array, at: number, part: Uint8Array) =>
  concatBytes([bytes.subarray(0, at), part, bytes.subarray(at)]);

function app1(orientation: number): Uint8Array {
  const body = concatBytes([toUtf8("Exif\0\0"), exifBlock(orientation)]);
  return concatBytes([Uint8Array.of(0xff, 0xe1, 0, body.length + 2), body]);
}

/** A small image as a photo of it. */
export async function toPhoto(image: Samples): Promise<Photo> {
  await startEncoder();
  return { type: "image/jpeg", bytes: await toJpeg(enlarge(image)) };
}

/** A drawn digit, small. */
export const drawn = (digit: number): Samples => ({
  width: DRAWN,
  height: DRAWN,
  channels: 1,
  data: drawDigit(digit, DRAWN),
  maxValue: 255,
});

/** Greys at the size of a photo, with a grain of four greys up and down that makes them as hard to compress as one. */
function enlarge(image: Samples): Uint8ClampedArray {
  const large = preprocess(image, {
    width: WIDTH,
    height: HEIGHT,
    colour: "grey",
    resize: { mode: "stretch", filter: "bilinear" },
    background: 0,
    scale: 1,
    mean: [0],
    standardDeviation: [1],
    maxBytes: 1,
    maxPixels: 1,
  });
  return Uint8ClampedArray.from(large, (grey, at) => grey + ((Math.imul(at, 2_654_435_761) >>> 16) % 9) - 4);
}

type Rgba = [red: number, green: number, blue: number, alpha: number];

function toRgba(greys: Uint8ClampedArray, colour: (grey: number, at: number) => Rgba): Uint8Array {
  const rgba = new Uint8Array(4 * greys.length);
  for (const [at, grey] of greys.entries()) rgba.set(colour(grey, at), 4 * at);
  return rgba;
}

async function toJpeg(greys: Uint8ClampedArray, colour: (grey: number) => Rgba = (grey) => [grey, grey, grey, 255]) {
  const data = new Uint8ClampedArray(toRgba(greys, colour));
  return new Uint8Array(await encodeJpeg({ data, width: WIDTH, height: HEIGHT, colorSpace: "srgb" }, { quality: 90 }));
}
