// Kernels that move weights, to the last bit against plain JavaScript, and to their own arrays.
import { array, assert, constantFrom, double, integer, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { bindUpdateKernels } from "../../../../train/kernels/update/update-kernels.ts";

const SEED = 20261122;
const settings = { seed: SEED, numRuns: 100, verbose: 1 } as const;

/** Numbers between two arrays, which no kernel may write to. */
const GUARD = 4;
const GUARD_VALUE = 12_345;

/** Lengths past two vectors, and values that rounding, overflow and no number show up in. */
const value = oneof(
  double({ min: -100, max: 100, noNaN: true }).map(Math.fround),
  constantFrom(0, -0, 1e-45, -3e-42, 1e-20, 3e38, Infinity, Number.NaN).map(Math.fround),
);
const rows = integer({ min: 0, max: 11 }).chain((length) => array(array(value, { minLength: length, maxLength: length }), { minLength: 4, maxLength: 4 })); // prettier-ignore
const factor = double({ min: -2, max: 2, noNaN: true });

async function createArrays() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const kernels = await bindUpdateKernels(memory);
  return {
    kernels,
    /** Addresses of copies, one after the other and unaligned to vectors, and what stands at them. */
    place: (values: readonly (readonly number[])[]) => {
      const pitch = GUARD + values[0].length;
      const whole = new Float32Array(memory.buffer, 4, pitch * values.length + GUARD).fill(GUARD_VALUE);
      values.forEach((row, i) => whole.set(row, GUARD + i * pitch));
      return {
        addresses: values.map((_, i) => 4 + 4 * (GUARD + i * pitch)),
        read: () => {
          const guards = whole.filter((_, i) => i % pitch < GUARD);
          expect(guards.every((number) => number === GUARD_VALUE)).toBe(true);
          return values.map((row, i) => whole.slice(GUARD + i * pitch, GUARD + i * pitch + row.length));
        },
      };
    },
  };
}

const floats = (values: readonly number[]) => Float32Array.from(values);

test(`sums, scales and averages round as plain JavaScript does, seed ${SEED}`, async () => {
  const { kernels, place } = await createArrays();
  const check = property(rows, factor, ([a, b, c, d], by) => {
    const { addresses, read } = place([a, b, c, d]);
    kernels.addScaled(a.length, addresses[0], by, addresses[1]);
    kernels.scale(a.length, addresses[2], by);
    kernels.moveAverage(a.length, addresses[0], addresses[3], by);
    const summed = floats(b);
    for (let i = 0; i < a.length; i++) summed[i] += by * a[i];
    const scaled = floats(c);
    for (let i = 0; i < a.length; i++) scaled[i] *= by;
    const averaged = floats(d);
    for (let i = 0; i < a.length; i++) averaged[i] = by * averaged[i] + (1 - by) * a[i];
    expect(read()).toEqual([floats(a), summed, scaled, averaged]);
  });
  assert(check, settings);
});

test(`a step of AdamW rounds as plain JavaScript does, seed ${SEED}`, async () => {
  const { kernels, place } = await createArrays();
  const check = property(rows, factor, ([parameters, gradients, first, squares], rate) => {
    const second = squares.map(Math.abs);
    const { addresses, read } = place([parameters, gradients, first, second]);
    const [p, g, m, v] = addresses;
    kernels.adamw(parameters.length, p, g, m, v, 0.99, rate, 1.25);
    const [moved, means, meanSquares] = [parameters, first, second].map(floats);
    for (const [i, gradient] of gradients.entries()) {
      const mean = (means[i] = 0.9 * first[i] + (1 - 0.9) * gradient);
      const square = (meanSquares[i] = 0.999 * second[i] + (1 - 0.999) * gradient * gradient);
      moved[i] = parameters[i] * 0.99 - (rate * mean) / (Math.sqrt(square) * 1.25 + 1e-7);
    }
    expect(read()).toEqual([moved, floats(gradients), means, meanSquares]);
  });
  assert(check, settings);
});

test(`squares are added one after the other, and what is not finite is found anywhere, seed ${SEED}`, async () => {
  const { kernels, place } = await createArrays();
  const check = property(array(value, { maxLength: 11 }), factor, (values, start) => {
    const { addresses, read } = place([values]);
    let sum = start;
    for (const number of values) sum += number * number;
    expect(kernels.addSquares(values.length, addresses[0], start)).toBe(sum);
    expect(kernels.areFinite(values.length, addresses[0])).toBe(values.every(Number.isFinite) ? 1 : 0);
    expect(read()).toEqual([floats(values)]);
  });
  assert(check, settings);
});
