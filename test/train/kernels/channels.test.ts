// Sums and multiples by channel, and gates, in both builds, against plain ones.
import { array, assert, constantFrom, integer, oneof, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { BUILDS, createGuardedWorkspace, type GuardedWorkspace } from "./guarded-workspace.ts";

const SEED = 20261122;
const settings = { seed: SEED, numRuns: 60, verbose: 1 } as const;

const whole = (length: number) => array(integer({ min: -8, max: 8 }), { minLength: length, maxLength: length });

// Rows past a block of sums, channels past a vector.
const cases = record({ rows: integer({ min: 1, max: 150 }), channels: integer({ min: 1, max: 11 }) }).chain(
  ({ rows, channels }) =>
    record({
      x: whole(rows * channels),
      dy: whole(rows * channels),
      mean: whole(channels),
      multiplier: whole(channels),
      slope: whole(channels),
      offset: whole(channels),
    }).map((values) => ({ rows, channels, ...values })),
);

const byChannel = (values: number[], channels: number): number[] => {
  const sums = Array.from({ length: channels }, () => 0);
  for (const [i, value] of values.entries()) sums[i % channels] += value;
  return sums;
};

/** The address of `length` doubles that are 0: twice as many floats. */
const totals = ({ place }: GuardedWorkspace, length: number) => place(Array.from({ length: 2 * length }, () => 0));

describe.for(BUILDS)(`the %s build, seed ${SEED}`, (build) => {
  test("sums channels, squares and products exactly in whole numbers, and writes nothing beside them", async () => {
    const guarded = await createGuardedWorkspace(build);
    const { workspace, reset, place, overruns } = guarded;
    const { sumChannels, sumSquares, sumProducts } = workspace.kernels;
    const check = property(cases, ({ rows, channels, x, dy, mean }) => {
      reset();
      const [xAt, dyAt, meanAt] = [place(x), place(dy), place(mean)];
      const [plain, gated, squares, sums, products] = [1, 2, 3, 4, 5].map(() => totals(guarded, channels));
      sumChannels(rows, channels, dyAt, 0, plain);
      sumChannels(rows, channels, dyAt, xAt, gated);
      sumSquares(rows, channels, xAt, meanAt, squares);
      sumProducts(rows, channels, dyAt, xAt, meanAt, sums, products);
      const read = (address: number) => [...workspace.doubles(address, channels)];
      const centred = x.map((value, i) => value - mean[i % channels]);
      expect(read(plain)).toEqual(byChannel(dy, channels));
      expect(read(gated)).toEqual(byChannel(dy.map((value, i) => (x[i] > 0 ? value : 0)), channels)); // prettier-ignore
      expect(read(squares)).toEqual(byChannel(centred.map((value) => value * value), channels)); // prettier-ignore
      expect(read(sums)).toEqual(byChannel(dy, channels));
      expect(read(products)).toEqual(byChannel(centred.map((value, i) => value * dy[i]), channels)); // prettier-ignore
      expect(overruns()).toBe(0);
    });
    assert(check, settings);
  });

  test("scales channels exactly in whole numbers, and writes nothing beside them", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const { scaleChannels, scaleChannelsGradient } = workspace.kernels;
    const check = property(cases, ({ rows, channels, x, dy, mean, multiplier, slope, offset }) => {
      reset();
      const [y, dx] = [output(x.length), output(x.length)];
      const [xAt, dyAt] = [place(x), place(dy)];
      const [means, multipliers, slopes, offsets] = [mean, multiplier, slope, offset].map(place);
      scaleChannels(rows, channels, xAt, means, multipliers, offsets, y);
      scaleChannelsGradient(rows, channels, dyAt, xAt, means, multipliers, slopes, offsets, dx);
      const at = (vector: number[], i: number) => vector[i % channels];
      const centred = x.map((value, i) => value - at(mean, i));
      expect(read(y, x.length)).toEqual(centred.map((value, i) => value * at(multiplier, i) + at(offset, i) + 0));
      expect(read(dx, x.length)).toEqual(
        centred.map((value, i) => dy[i] * at(multiplier, i) + value * at(slope, i) + at(offset, i) + 0),
      );
      expect(overruns()).toBe(0);
    });
    assert(check, settings);
  });

  test("a gate is open above its lower bound and up to its upper one, and NaN stays NaN", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const { gateGradient } = workspace.kernels;
    const value = oneof(integer({ min: -2, max: 8 }), constantFrom(Number.NaN, Infinity, -Infinity));
    const check = property(array(value, { minLength: 1, maxLength: 30 }), (x) => {
      reset();
      const dx = output(x.length);
      gateGradient(x.length, place(x.map((_, i) => i + 1)), place(x), 0, 6, dx);
      const passed = (v: number, i: number) => (v > 0 && v <= 6 ? i + 1 : 0);
      expect(read(dx, x.length)).toEqual(x.map((v, i) => (Number.isNaN(v) ? v : passed(v, i))));
      expect(overruns()).toBe(0);
    });
    assert(check, settings);
  });
});
