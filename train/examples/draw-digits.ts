// Draws the sample digits of models/mnist/examples: strokes of our own, light on dark as in MNIST, none from a data set.
// Run it with: node train/examples/draw-digits.ts

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import encodeJpeg, { init as initJpegEncoder } from "@jsquash/jpeg/encode.js";
import { encode as encodePng } from "fast-png";

type Point = readonly [x: number, y: number];

/** Strokes a digit, in a box of 0 to 100; a stroke is a smooth curve through its points. */
const DIGITS: readonly (readonly string[])[] = [
  ["50,2 24,18 16,52 26,86 50,98 75,85 84,50 75,16 50,2"],
  ["36,18 55,2 54,50 52,98"],
  ["20,22 34,5 62,4 76,24 60,55 20,96", "20,96 50,94 84,95"],
  ["22,10 50,2 74,16 66,40 44,48", "44,48 72,56 78,80 52,98 20,88"],
  ["30,4 20,32 20,54 50,56 84,50", "74,6 70,50 66,98"],
  ["80,4 50,5 30,6", "30,6 26,24 24,42", "24,42 54,38 78,56 76,84 48,98 18,88"],
  ["68,2 40,20 24,50 22,80 44,98 72,88 74,64 50,52 26,68"],
  ["16,8 50,6 84,5", "84,5 66,36 50,66 42,98"],
  ["52,2 28,12 30,34 54,48 74,68 70,90 48,98 26,88 28,66 52,46 72,30 74,12 52,2"],
  ["74,20 52,4 28,14 24,38 46,50 70,40 75,20", "75,20 74,55 66,98"],
];

/** MNIST's digits fill 20 of 28 pixels and are about three pixels thick. */
const BOX = 20 / 28;
const STROKE_RADIUS = 1.3 / 28;
const STEPS_PER_CURVE = 12;

/** Grey samples of a size x size image. */
export function drawDigit(digit: number, size: number): Uint8Array<ArrayBuffer> {
  const segments = DIGITS[digit].flatMap(toSegments);
  const samples = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const point: Point = [(x + 0.5) / size, (y + 0.5) / size];
      const distance = Math.min(...segments.map(([from, to]) => distanceToSegment(point, from, to)));
      // One pixel of soft edge.
      samples[y * size + x] = Math.round(255 * Math.min(1, Math.max(0, (STROKE_RADIUS - distance) * size + 0.5)));
    }
  }
  return samples;
}

/** A Catmull-Rom curve through the stroke's points, cut into short lines and placed in the middle of the image. */
function toSegments(stroke: string): [Point, Point][] {
  const points = stroke.split(" ").map((point) => point.split(",").map((coordinate) => Number(coordinate) / 100));
  const at = (i: number) => points[Math.min(Math.max(i, 0), points.length - 1)];
  const curve: Point[] = [];
  for (let i = 0; i < points.length - 1; i++) {
    for (let step = 0; step <= STEPS_PER_CURVE; step++) {
      const t = step / STEPS_PER_CURVE;
      const coordinate = (axis: 0 | 1) => {
        const [a, b, c, d] = [at(i - 1)[axis], at(i)[axis], at(i + 1)[axis], at(i + 2)[axis]];
        const value = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
        return (1 - BOX) / 2 + BOX * value;
      };
      curve.push([coordinate(0), coordinate(1)]);
    }
  }
  return curve.slice(1).map((point, i) => [curve[i], point]);
}

function distanceToSegment([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const lengthSquared = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const along = lengthSquared === 0 ? 0 : ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / lengthSquared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x1 - t * (x2 - x1), y - y1 - t * (y2 - y1));
}

/** PNG at MNIST's size, JPEG four times as large, so that the samples also exercise resizing. */
async function writeExamples(folder: string): Promise<void> {
  const encoder = import.meta.resolve("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm");
  await initJpegEncoder(await WebAssembly.compile(await readFile(new URL(encoder))));
  await mkdir(folder, { recursive: true });
  for (let digit = 0; digit < DIGITS.length; digit++) {
    const png = encodePng({ width: 28, height: 28, channels: 1, depth: 8, data: drawDigit(digit, 28) });
    await writeFile(join(folder, `${digit}.png`), png);
    const rgba = Uint8ClampedArray.from(drawDigit(digit, 112), (grey) => grey).reduce(
      (image, grey, i) => (image.set([grey, grey, grey, 255], 4 * i), image),
      new Uint8ClampedArray(4 * 112 * 112),
    );
    const jpeg = await encodeJpeg(
      { data: rgba, width: 112, height: 112, colorSpace: "srgb" },
      {
        quality: 85,
      },
    );
    await writeFile(join(folder, `${digit}.jpg`), new Uint8Array(jpeg));
  }
}

if (import.meta.main) await writeExamples(join(import.meta.dirname, "../../models/mnist/examples"));
