// Numbers that move as they are: into other layouts, beside each other, between borders, to TensorFlow.js and back.

import {
  bytesOf,
  type Concatenation,
  type Pad,
  type Reshape,
  type Stock,
  type Value,
} from "../operations/operation.ts";
import { offsetOf, type Layout } from "../operations/place-values.ts";
import { pixelAddress, rowsOf, type Emission, type Step } from "./emission.ts";

type Made<Computation> = Computation & { y: Value };

export function emitReshape({ x, y }: Made<Reshape>, emission: Emission): Step[] {
  const [from, to] = [emission.addressOf(x), emission.addressOf(y)];
  const [read, made] = [emission.layoutOf(x), emission.layoutOf(y)];
  const run = gcd(runOf(x, read), runOf(y, made));
  const count = (y.height * y.width * y.channels) / run;
  const bytes = bytesOf(x);
  const at = (i: number) => ({
    x: from + bytes * indexOf(x, read, i * run),
    y: to + bytes * indexOf(y, made, i * run),
  });
  const { copyRows } = emission.kernels;
  const steps: Step[] = [];
  // As long as both go on by the same bytes, one call copies.
  for (let first = 0, next = 0; first < count; first = next) {
    const start = at(first);
    next = first + 1;
    const [xPitch, yPitch] = next < count ? [at(next).x - start.x, at(next).y - start.y] : [0, 0];
    while (next < count && isAhead(start, at(next), next - first, xPitch, yPitch)) next++;
    const rows = next - first;
    steps.push(() => copyRows(rows, bytes * run, start.x, xPitch, start.y, yPitch));
  }
  return steps;
}

type Addresses = { x: number; y: number };

const isAhead = (start: Addresses, end: Addresses, by: number, xPitch: number, yPitch: number): boolean =>
  end.x - start.x === by * xPitch && end.y - start.y === by * yPitch;

/** Numbers that follow each other without a gap. */
const runOf = ({ width, channels }: Value, { stride }: Layout): number =>
  stride === channels ? width * channels : channels;

/** Of the i-th number of an image in its buffer. */
function indexOf({ width, channels }: Value, layout: Layout, i: number): number {
  const pixel = Math.floor(i / channels);
  return offsetOf(layout, Math.floor(pixel / width), pixel % width) + (i % channels);
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The value's own zeros first, then the image between them. */
export function emitPad({ x, y, borders }: Made<Pad>, emission: Emission): Step[] {
  const [read, made] = [rowsOf(emission, x), rowsOf(emission, y)];
  const { copyRows, fillRows } = emission.kernels;
  const [xStride, yStride] = [emission.layoutOf(x).stride, emission.layoutOf(y).stride];
  const inner = pixelAddress(emission, y, borders.top, borders.left);
  const clear = () => fillRows(y.height, 4 * made.length, made.address, made.pitchBytes, 0);
  if (xStride === x.channels && yStride === y.channels) {
    // prettier-ignore
    return [clear, () => copyRows(x.height, 4 * read.length, read.address, read.pitchBytes, inner, made.pitchBytes)];
  }
  const rows = Array.from({ length: x.height }, (_, row): Step => {
    const [from, to] = [read.address + row * read.pitchBytes, inner + row * made.pitchBytes];
    return () => copyRows(x.width, 4 * x.channels, from, 4 * xStride, to, 4 * yStride);
  });
  return [clear, ...rows];
}

export function emitConcatenation({ xs, y }: Made<Concatenation>, emission: Emission): Step[] {
  const { copyRows } = emission.kernels;
  const { stride } = emission.layoutOf(y);
  let channel = 0;
  return xs.flatMap((x) => {
    const read = emission.layoutOf(x);
    const first = channel;
    channel += x.channels;
    return Array.from({ length: y.height }, (_, row): Step => {
      const [from, to] = [pixelAddress(emission, x, row), pixelAddress(emission, y, row) + 4 * first];
      return () => copyRows(y.width, 4 * x.channels, from, 4 * read.stride, to, 4 * stride);
    });
  });
}

/** Copies, because TensorFlow.js places its own tensors. */
export function emitStock({ xs, ys, run }: Stock, emission: Emission): Step[] {
  return [
    () => {
      const made = run(xs.map((x) => readValue(x, emission)));
      for (const [i, y] of ys.entries()) writeValue(y, made[i], emission);
    },
  ];
}

/** A value's numbers without gaps, in memory of their own. */
export function readValue(value: Value, emission: Emission): Float32Array {
  const layout = emission.layoutOf(value);
  const whole = emission.view(emission.addressOf(value), layout.length);
  const count = value.height * value.width * value.channels;
  if (layout.length === count) return whole.slice();
  const run = runOf(value, layout);
  if (run === count) return whole.slice(indexOf(value, layout, 0), indexOf(value, layout, 0) + count);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += run) {
    const at = indexOf(value, layout, i);
    numbers.set(whole.subarray(at, at + run), i);
  }
  return numbers;
}

function writeValue(value: Value, numbers: Float32Array, emission: Emission): void {
  const layout = emission.layoutOf(value);
  const whole = emission.view(emission.addressOf(value), layout.length);
  const run = runOf(value, layout);
  for (let i = 0; i < numbers.length; i += run) whole.set(numbers.subarray(i, i + run), indexOf(value, layout, i));
}
