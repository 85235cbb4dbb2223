import { describe, expect, test } from "vitest";
import { packLevelPanels, packScales } from "../../../src/model/kernels/pack-levels.ts";
import { BUILDS, createScratch, type Scratch } from "./scratch-memory.ts";

const [DEPTH, COLUMNS, WIDTH] = [20, 19, 24];
const MULTIPLIER = 0.125;
const OFFSET = 324;

/** Levels below `highest`, which differ from their neighbours. */
const levelsOf = (rows: number, highest: number) =>
  Uint8Array.from({ length: rows * DEPTH }, (_, i) => (i * 37) % (highest + 1));

const weights = Int8Array.from({ length: DEPTH * COLUMNS }, (_, i) => ((i * 29) % 41) - 20);

function multiplyPlainly(rows: number, highest: number): number[] {
  const levels = levelsOf(rows, highest);
  return Array.from({ length: rows * COLUMNS }, (_, at) => {
    const [row, column] = [Math.floor(at / COLUMNS), at % COLUMNS];
    const products = Array.from({ length: DEPTH }, (__, k) => levels[row * DEPTH + k] * weights[k * COLUMNS + column]);
    const sum = products.reduce((total, product) => total + product, 0);
    return Math.min(200, Math.max(3, Math.trunc((sum + OFFSET) * MULTIPLIER)));
  });
}

function multiply(scratch: Scratch, highest: 127 | 255, rows: number, block: number, panelsAt?: number): number[] {
  const packed = packLevelPanels(weights, 1, COLUMNS);
  const multipliers = new Float32Array(COLUMNS).fill(MULTIPLIER);
  const offsets = new Int32Array(COLUMNS).fill(OFFSET);
  const offsetsOf = (stride: number) => scratch.offsets(Array.from({ length: rows }, (_, i) => i * stride));
  const [a, scales] = [scratch.bytes(levelsOf(rows, highest)), scratch.floats(packScales({ multipliers, offsets }))];
  const panels = panelsAt ?? scratch.bytes(packed);
  const c = scratch.output((rows * WIDTH) / 4);
  const [aRows, cRows, starts] = [offsetsOf(DEPTH), offsetsOf(WIDTH), scratch.offsets([0])];
  const { multiplyLevels, multiplyWideLevels } = scratch.kernels;
  const kernel = highest === 127 ? multiplyLevels : multiplyWideLevels;
  // prettier-ignore
  kernel(rows, COLUMNS, DEPTH, starts, 1, a, aRows, panels, scales, c, cRows, 0, 0, 0, block, 3, 200);
  const made = new Uint8Array(scratch.read(c, (rows * WIDTH) / 4).buffer);
  return Array.from({ length: rows * COLUMNS }, (_, i) => made[Math.floor(i / COLUMNS) * WIDTH + (i % COLUMNS)]);
}

describe.for(BUILDS)("the %s build's product of levels", (build) => {
  test.for([127, 255] as const)("is exact for any count of rows of levels up to %s", async (highest) => {
    for (let rows = 1; rows <= 26; rows++) {
      const scratch = await createScratch(build);
      for (const block of [rows, 13, 6, 1]) {
        expect(multiply(scratch, highest, rows, block), `${rows} rows`).toEqual(multiplyPlainly(rows, highest));
      }
      expect(scratch.overruns(), `${rows} rows`).toEqual([]);
    }
  });

  test("reads nothing behind weights that end where the memory ends", async () => {
    const scratch = await createScratch(build);
    const { buffer } = scratch.view(0, 1);
    const panels = packLevelPanels(weights, 1, COLUMNS);
    const address = buffer.byteLength - panels.length;
    new Uint8Array(buffer).set(panels, address);
    for (const rows of [1, 4, 11, 49]) {
      expect(multiply(scratch, 127, rows, 12, address)).toEqual(multiplyPlainly(rows, 127));
    }
  });
});
