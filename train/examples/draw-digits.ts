// Draws the sample digits of models/mnist/examples: strokes of our own, light on dark as in MNIST, none from a data set.
// Run it with: node train/examples/draw-digits.ts

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import encodeJpeg, { init as initJpegEncoder } from "@jsquash/jpeg/encode.js";
import { encode as encodePng } from "fast-png";

type Point = readonly [x: number, y: number];

/** Strokes a digit, in a box of 0 to 1; a stroke is a smooth curve through its points. */
const DIGITS: readonly (readonly (readonly Point[])[])[] = [
  [[[0.5, 0.02], [0.24, 0.18], [0.16, 0.52], [0.26, 0.86], [0.5, 0.98], [0.75, 0.85], [0.84, 0.5], [0.75, 0.16], [0.5, 0.02]]],
  [[[0.36, 0.18], [0.55, 0.02], [0.54, 0.5], [0.52, 0.98]]],
  [[[0.2, 0.22], [0.34, 0.05], [0.62, 0.04], [0.76, 0.24], [0.6, 0.55], [0.2, 0.96]], [[0.2, 0.96], [0.5, 0.94], [0.84, 0.95]]],
  [[[0.22, 0.1], [0.5, 0.02], [0.74, 0.16], [0.66, 0.4], [0.44, 0.48]], [[0.44, 0.48], [0.72, 0.56], [0.78, 0.8], [0.52, 0.98], [0.2, 0.88]]],
  [[[0.3, 0.04], [0.2, 0.32], [0.2, 0.54], [0.5, 0.56], [0.84, 0.5]], [[0.74, 0.06], [0.7, 0.5], [0.66, 0.98]]],
  [[[0.8, 0.04], [0.5, 0.05], [0.3, 0.06]], [[0.3, 0.06], [0.26, 0.24], [0.24, 0.42]], [[0.24, 0.42], [0.54, 0.38], [0.78, 0.56], [0.76, 0.84], [0.48, 0.98], [0.18, 0.88]]],
  [[[0.68, 0.02], [0.4, 0.2], [0.24, 0.5], [0.22, 0.8], [0.44, 0.98], [0.72, 0.88], [0.74, 0.64], [0.5, 0.52], [0.26, 0.68]]],
  [[[0.16, 0.08], [0.5, 0.06], [0.84, 0.05]], [[0.84, 0.05], [0.66, 0.36], [0.5, 0.66], [0.42, 0.98]]],
  [[[0.52, 0.02], [0.28, 0.12], [0.3, 0.34], [0.54, 0.48], [0.74, 0.68], [0.7, 0.9], [0.48, 0.98], [0.26, 0.88], [0.28, 0.66], [0.52, 0.46], [0.72, 0.3], [0.74, 0.12], [0.52, 0.02]]],
  [[[0.74, 0.2], [0.52, 0.04], [0.28, 0.14], [0.24, 0.38], [0.46, 0.5], [0.7, 0.4], [0.75, 0.2]], [[0.75, 0.2], [0.74, 0.55], [0.66, 0.98]]],
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
function toSegments(stroke: readonly Point[]): [Point, Point][] {
  const at = (i: number) => stroke[Math.min(Math.max(i, 0), stroke.length - 1)];
  const curve: Point[] = [];
  for (let i = 0; i < stroke.length - 1; i++) {
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
    const jpeg = await encodeJpeg({ data: rgba, width: 112, height: 112, colorSpace: "srgb" } as ImageData, { quality: 85 });
    await writeFile(join(folder, `${digit}.jpg`), new Uint8Array(jpeg));
  }
}

if (import.meta.main) await writeExamples(join(import.meta.dirname, "../../models/mnist/examples"));
