// Products of matrices, in both builds, against sums in double precision.
import { array, assert, boolean, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { multiplyMatrices } from "../../../../train/kernels/dense/matrix-product.ts";
import { BUILDS, createGuardedWorkspace } from "../guarded-workspace.ts";

const SEED = 20261122;

const matrices = (rows: number, columns: number) =>
  array(array(integer({ min: -8, max: 8 }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });

const transposed = (matrix: number[][]) => matrix[0].map((_, column) => matrix.map((row) => row[column]));

describe.for(BUILDS)(`the %s build, seed ${SEED}`, (build) => {
  test("multiplies as plain sums do, whatever is stored transposed, and writes nothing beside it", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const cases = record({
      rows: integer({ min: 1, max: 20 }),
      // Past what is summed at once now and then.
      depth: integer({ min: 1, max: 300 }),
      columns: integer({ min: 1, max: 19 }),
    }).chain(({ rows, depth, columns }) =>
      record({
        a: matrices(rows, depth),
        b: matrices(depth, columns),
        bias: matrices(1, columns).map(([row]) => row),
        transposeA: boolean(),
        transposeB: boolean(),
        clips: boolean(),
      }),
    );
    const check = property(cases, ({ a, b, bias, transposeA, transposeB, clips }) => {
      reset();
      const [rows, depth, columns] = [a.length, b.length, bias.length];
      const c = output(rows * columns);
      multiplyMatrices(workspace, {
        rows,
        columns,
        depth,
        a: place((transposeA ? transposed(a) : a).flat()),
        transposeA,
        b: place((transposeB ? transposed(b) : b).flat()),
        transposeB,
        // Weights' gradients have neither.
        ...(!transposeA && { bias: place(bias), clips }),
        c,
      });
      const starts = transposeA ? bias.map(() => 0) : bias;
      const sums = a.flatMap((row) =>
        starts.map((start, j) => row.reduce((sum, value, k) => sum + value * b[k][j], start)),
      );
      const expected = clips && !transposeA ? sums.map((sum) => Math.max(sum, 0)) : sums;
      expect(read(c, rows * columns)).toEqual(expected.map((sum) => sum + 0));
      expect(overruns()).toBe(0);
    });
    assert(check, { seed: SEED, numRuns: 100, verbose: 1 });
  });
});
