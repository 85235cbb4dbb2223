// The kernels of pooling's gradients, in both builds, against plain ones.
import { array, assert, constant, constantFrom, integer, oneof, property, record, type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { BUILDS, createGuardedWorkspace } from "../guarded-workspace.ts";

const SEED = 20261122;

type Pool = { images: number; height: number; width: number; channels: number; outHeight: number; outWidth: number;
  windowHeight: number; windowWidth: number; strideY: number; strideX: number; top: number; left: number }; // prettier-ignore

const side = integer({ min: 1, max: 4 });

/** Windows that reach past every edge by less than their size. */
const pools: Arbitrary<Pool> = record({
  images: integer({ min: 1, max: 2 }),
  height: integer({ min: 1, max: 7 }),
  width: integer({ min: 1, max: 7 }),
  channels: integer({ min: 1, max: 9 }),
  windowHeight: side,
  windowWidth: side,
  strideY: side,
  strideX: side,
  pad: integer({ min: 0, max: 3 }),
}).map(({ pad, ...pool }) => {
  const [top, left] = [Math.min(pad, pool.windowHeight - 1), Math.min(pad, pool.windowWidth - 1)];
  // The last window begins in the image.
  const outHeight = Math.floor((pool.height - 1 + top) / pool.strideY) + 1;
  const outWidth = Math.floor((pool.width - 1 + left) / pool.strideX) + 1;
  return { ...pool, top, left, outHeight, outWidth };
});

const values = (length: number) =>
  array(
    oneof(
      { arbitrary: integer({ min: -3, max: 3 }), weight: 10 },
      { arbitrary: constantFrom(Number.NaN, Infinity, -Infinity), weight: 1 },
    ),
    { minLength: length, maxLength: length },
  );

const cases = pools.chain((pool) =>
  record({
    x: values(pool.images * pool.height * pool.width * pool.channels),
    dy: array(integer({ min: -12, max: 12 }), { minLength: outputsOf(pool), maxLength: outputsOf(pool) }),
  }).map(({ x, dy }) => ({ pool, x, dy })),
);

/** Windows of 2x2 pixels, and as many of them as the images have room for. */
const tilings = record({
  images: integer({ min: 1, max: 2 }),
  outHeight: integer({ min: 1, max: 3 }),
  outWidth: integer({ min: 1, max: 3 }),
  channels: constantFrom(4, 8),
}).chain((sizes) => {
  const steps = { windowHeight: 2, windowWidth: 2, strideY: 2, strideX: 2, top: 0, left: 0 };
  const pool: Pool = { ...sizes, ...steps, height: 2 * sizes.outHeight, width: 2 * sizes.outWidth };
  const dy = array(integer({ min: -12, max: 12 }), { minLength: outputsOf(pool), maxLength: outputsOf(pool) });
  return record({ pool: constant(pool), x: values(4 * outputsOf(pool)), dy });
});

function outputsOf({ images, outHeight, outWidth, channels }: Pool): number {
  return images * outHeight * outWidth * channels;
}

/** Calls `visit` with the index of every window's dy and the indices of the pixels that it has. */
function visitWindows(pool: Pool, visit: (y: number, xs: number[]) => void): void {
  const { images, height, width, channels, outHeight, outWidth, top, left } = pool;
  for (let y = 0; y < images * outHeight * outWidth * channels; y++) {
    const channel = y % channels;
    const column = Math.floor(y / channels) % outWidth;
    const row = Math.floor(y / channels / outWidth) % outHeight;
    const image = Math.floor(y / channels / outWidth / outHeight);
    const xs: number[] = [];
    for (let i = 0; i < pool.windowHeight; i++)
      for (let j = 0; j < pool.windowWidth; j++) {
        const [iy, ix] = [row * pool.strideY - top + i, column * pool.strideX - left + j];
        const isInside = iy >= 0 && ix >= 0 && iy < height && ix < width;
        if (isInside) xs.push(((image * height + iy) * width + ix) * channels + channel);
      } // prettier-ignore
    visit(y, xs);
  }
}

function plainMaxPoolGradient(pool: Pool, x: number[], dy: number[]): number[] {
  const dx = x.map(() => 0);
  visitWindows(pool, (y, xs) => {
    let [largest, at] = [-Infinity, -1];
    for (const i of xs) if (x[i] > largest) [largest, at] = [x[i], i];
    if (at >= 0) dx[at] += dy[y];
  });
  return dx;
}

function plainAveragePoolGradient(pool: Pool, dy: number[]): number[] {
  const { images, height, width, channels } = pool;
  const dx = Array.from({ length: images * height * width * channels }, () => 0);
  visitWindows(pool, (y, xs) => {
    for (const i of xs) dx[i] += dy[y] / xs.length;
  });
  return dx;
}

describe.for(BUILDS)(`the %s build, seed ${SEED}`, (build) => {
  test("passes dy on to the first of the largest, never to NaN, and writes nothing beside it", async () => {
    const { workspace, reset, place, read, overruns } = await createGuardedWorkspace(build);
    const check = property(cases, ({ pool, x, dy }) => {
      reset();
      const { images, height, width, channels, outHeight, outWidth, windowHeight, windowWidth } = pool;
      const [xAt, dyAt, dx] = [place(x), place(dy), place(x.map(() => 0))];
      const window = [windowHeight, windowWidth, pool.strideY, pool.strideX, pool.top, pool.left];
      const { maxPoolGradient } = workspace.kernels;
      maxPoolGradient(images, height, width, channels, xAt, outHeight, outWidth, dyAt, ...window, dx);
      expect(read(dx, x.length)).toEqual(plainMaxPoolGradient(pool, x, dy));
      expect(overruns()).toBe(0);
    });
    assert(check, { seed: SEED, numRuns: 120, verbose: 1 });
  });

  test("does the same for windows that tile the images, without what was there before", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const check = property(tilings, ({ pool, x, dy }) => {
      reset();
      const [xAt, dyAt, dx] = [place(x), place(dy), output(x.length)];
      const { images, outHeight, outWidth, channels } = pool;
      workspace.kernels.maxPoolTilesGradient(images * outHeight, outWidth, channels, xAt, dyAt, dx);
      expect(read(dx, x.length)).toEqual(plainMaxPoolGradient(pool, x, dy));
      expect(overruns()).toBe(0);
    });
    assert(check, { seed: SEED, numRuns: 60, verbose: 1 });
  });

  test("shares dy out among the pixels of a window that are in the image, and writes nothing beside it", async () => {
    const { workspace, reset, place, read, overruns } = await createGuardedWorkspace(build);
    const check = property(cases, ({ pool, x, dy }) => {
      reset();
      const { images, height, width, channels, outHeight, outWidth, windowHeight, windowWidth } = pool;
      const [dyAt, dx] = [place(dy), place(x.map(() => 0))];
      const window = [windowHeight, windowWidth, pool.strideY, pool.strideX, pool.top, pool.left];
      const { averagePoolGradient } = workspace.kernels;
      averagePoolGradient(images, height, width, channels, outHeight, outWidth, dyAt, ...window, dx);
      for (const [i, expected] of plainAveragePoolGradient(pool, dy).entries()) {
        expect(read(dx, x.length)[i]).toBeCloseTo(expected, 4);
      }
      expect(overruns()).toBe(0);
    });
    assert(check, { seed: SEED, numRuns: 40, verbose: 1 });
  });
});
