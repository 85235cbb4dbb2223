import { array, assert, asyncProperty, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { packPanels, padToPanels, toPanelWidth } from "../../../src/model/kernels/pack-panels.ts";
import { BUILDS, createScratch, type Scratch } from "./scratch-memory.ts";

/** Row-major matrices, `c` of `rows` by `columns`. */
function multiplyPlainly(a: number[][], b: number[][], bias: number[]): number[][] {
  return a.map((row) => bias.map((start, j) => row.reduce((sum, value, k) => sum + value * b[k][j], start)));
}

type Case = { a: number[][]; b: number[][]; bias: number[]; block?: number };

/** Whole numbers that differ from their neighbours, below 8. */
const counted = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => ((5 * i + 3 * j) % 15) - 7));

function multiply(scratch: Scratch, { a, b, bias, block = 12 }: Case, panelsAt?: number): number[][] {
  const [rows, depth, columns] = [a.length, b.length, bias.length];
  const width = toPanelWidth(columns);
  const offsetsOf = (stride: number) => scratch.offsets(a.map((_, i) => i * stride * 4));
  const c = scratch.output(rows * width);
  const panels = panelsAt ?? scratch.floats(packPanels(Float32Array.from(b.flat()), depth, columns));
  const [aRows, cRows] = [offsetsOf(depth), offsetsOf(width)];
  const biases = scratch.floats(padToPanels(Float32Array.from(bias)));
  const address = scratch.floats(a.flat());
  // prettier-ignore
  scratch.kernels.multiply(rows, columns, depth, address, aRows, panels, biases, c, cRows, 0, 0, block, 0, 0, 0);
  const values = [...scratch.read(c, rows * width)];
  return a.map((_, i) => values.slice(i * width, i * width + columns));
}

const matrix = (rows: number, columns: number) =>
  array(array(integer({ min: -8, max: 8 }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });

describe.for(BUILDS)("the %s build's matrix product", (build) => {
  test("is [[4.5], [9.5]] for [[1, 2], [3, 4]] times [[1], [1.5]] and a bias of 0.5", async () => {
    const scratch = await createScratch(build);
    const a = [[1, 2], [3, 4]]; // prettier-ignore
    expect(multiply(scratch, { a, b: [[1], [1.5]], bias: [0.5] })).toEqual([[4.5], [9.5]]);
  });

  test.for(Array.from({ length: 26 }, (_, i) => 1 + i))(
    "fills tiles of %s rows and writes nothing beside them",
    async (rows) => {
      const scratch = await createScratch(build);
      const example = { a: counted(rows, 9), b: counted(9, 17), bias: counted(1, 17)[0] };
      for (const block of [rows, 13, 6, 1]) {
        expect(multiply(scratch, { ...example, block })).toEqual(multiplyPlainly(example.a, example.b, example.bias));
      }
      expect(scratch.overruns()).toEqual([]);
    },
  );

  test("reads nothing behind weights that end where the memory ends", async () => {
    const scratch = await createScratch(build);
    const { buffer } = scratch.view(0, 1);
    for (const rows of [1, 4, 11, 49]) {
      const [a, b, bias] = [counted(rows, 12), counted(12, 24), counted(1, 24)[0]];
      const panels = packPanels(Float32Array.from(b.flat()), 12, 24);
      const address = buffer.byteLength - panels.byteLength;
      scratch.view(address, panels.length).set(panels);
      expect(multiply(scratch, { a, b, bias }, address)).toEqual(multiplyPlainly(a, b, bias));
    }
  });

  test("is exact in whole numbers for every count of rows, columns and products, and writes nothing beside it", async () => {
    const cases = record({
      rows: integer({ min: 1, max: 60 }),
      depth: integer({ min: 1, max: 11 }),
      columns: integer({ min: 1, max: 19 }),
    }).chain(({ rows, depth, columns }) =>
      record({ a: matrix(rows, depth), b: matrix(depth, columns), bias: matrix(1, columns).map(([row]) => row) }),
    );
    await assert(
      asyncProperty(cases, async (example) => {
        const scratch = await createScratch(build);
        expect(multiply(scratch, example)).toEqual(multiplyPlainly(example.a, example.b, example.bias));
        expect(scratch.overruns()).toEqual([]);
      }),
      { seed: 20260501, numRuns: 60, verbose: 1 },
    );
  });

  test("takes rows in pieces, residuals, limits and blocks of any size, and writes nothing beside them", async () => {
    const cases = record({
      rows: integer({ min: 1, max: 40 }),
      depth: integer({ min: 1, max: 9 }),
      columns: integer({ min: 1, max: 19 }),
      segments: integer({ min: 1, max: 4 }),
      gap: integer({ min: 0, max: 3 }),
      block: integer({ min: 1, max: 40 }),
    });
    await assert(
      asyncProperty(cases, async ({ rows, depth, columns, segments, gap, block }) => {
        const scratch = await createScratch(build);
        const [piece, width] = [depth + gap, toPanelWidth(columns)];
        const [a, b] = [counted(rows, segments * piece), counted(segments * depth, columns)];
        const [bias, residual] = [counted(1, columns)[0], counted(rows, width)];
        const bytesOf = (count: number, length: number) => Array.from({ length: count }, (_, i) => 4 * i * length);
        const [aRows, cRows] = [segments * piece, width].map((length) => scratch.offsets(bytesOf(rows, length)));
        const panels = scratch.floats(packPanels(Float32Array.from(b.flat()), segments * depth, columns));
        const biases = scratch.floats(padToPanels(Float32Array.from(bias)));
        const starts = scratch.offsets(bytesOf(segments, piece));
        const [x, r, c] = [scratch.floats(a.flat()), scratch.floats(residual.flat()), scratch.output(rows * width)];
        // prettier-ignore
        scratch.kernels.convolve(
          rows, columns, depth, starts, segments, x, aRows, panels, biases, c, cRows, r, cRows, block, 1, -20, 20,
        );
        const made = scratch.read(c, rows * width);
        const joined = a.map((row) => row.filter((_, k) => k % piece < depth));
        const expected = multiplyPlainly(joined, b, bias).map((row, i) =>
          row.map((sum, j) => Math.min(20, Math.max(-20, sum + residual[i][j]))),
        );
        expect(expected.map((_, i) => Array.from(made.subarray(i * width, i * width + columns)))).toEqual(expected);
        expect(scratch.overruns()).toEqual([]);
      }),
      { seed: 20261124, numRuns: 60 },
    );
  });
});
