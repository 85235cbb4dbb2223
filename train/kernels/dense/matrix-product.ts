// Products of matrices on either side of which may be transposed, with bias and ReLU.
import { FLOAT_BYTES, PANEL, roundUp, TILE_ROWS, type Workspace } from "../workspace.ts";

/** C [rows, columns] of A [rows, depth] and B [depth, columns], each stored transposed if it says so; addresses. */
export type Product = {
  rows: number;
  columns: number;
  depth: number;
  a: number;
  transposeA: boolean;
  b: number;
  transposeB: boolean;
  /** [columns]; none if it is not given, and never where A is transposed. */
  bias?: number | undefined;
  clips?: boolean;
  c: number;
};

/** Rows of A that pass over one panel of B before the next does. */
const BLOCK_ROWS = 96;
/** Products that are summed before they are added to their total, and what is packed at once. */
const SUMMED_DEPTH = 256;

export function multiplyMatrices(workspace: Workspace, product: Product): void {
  if (product.transposeA) multiplyTransposed(workspace, product);
  else multiplyRows(workspace, product);
}

/** Bytes from one number of B to the next below it, and beside it. */
const stepsOfB = ({ transposeB, depth, columns }: Product): [down: number, across: number] =>
  transposeB ? [FLOAT_BYTES, depth * FLOAT_BYTES] : [columns * FLOAT_BYTES, FLOAT_BYTES];

function multiplyRows(workspace: Workspace, product: Product): void {
  const { kernels } = workspace;
  const { rows, columns, depth, a, b, bias, clips, c } = product;
  const width = roundUp(columns, PANEL);
  const isWhole = width === columns;
  const [panels, biases, aRows, cRows, scratch, scratchRows] = workspace.layOut(
    depth * width * FLOAT_BYTES,
    width * FLOAT_BYTES,
    rows * FLOAT_BYTES,
    rows * FLOAT_BYTES,
    isWhole ? 0 : rows * width * FLOAT_BYTES,
    isWhole ? 0 : rows * FLOAT_BYTES,
  );
  kernels.packPanels(depth, columns, b, 0, ...stepsOfB(product), panels, depth, 0);
  const biasValues = workspace.floats(biases, width).fill(0);
  if (bias !== undefined) biasValues.set(workspace.floats(bias, columns));
  kernels.writeOffsets(1, 1, rows, 0, 0, 0, depth * FLOAT_BYTES, aRows);
  kernels.writeOffsets(1, 1, rows, 0, 0, 0, columns * FLOAT_BYTES, cRows);
  const [to, toRows] = isWhole ? [c, cRows] : [scratch, scratchRows];
  if (!isWhole) kernels.writeOffsets(1, 1, rows, 0, 0, 0, width * FLOAT_BYTES, scratchRows);
  const clip = clips ? 1 : 0;
  // prettier-ignore
  kernels.multiply(rows, columns, depth, a, aRows, panels, biases, to, toRows, 0, 0, BLOCK_ROWS, clip, 0, Infinity);
  if (!isWhole) kernels.placeRows(rows, columns, scratch, width * FLOAT_BYTES, c, cRows);
}

function multiplyTransposed(workspace: Workspace, product: Product): void {
  const { kernels } = workspace;
  const { rows, columns, depth, a, b, c } = product;
  const [height, width] = [roundUp(rows, TILE_ROWS), roundUp(columns, PANEL)];
  const [panels, aRows, line, sums, cRows] = workspace.layOut(
    Math.min(depth, SUMMED_DEPTH) * width * FLOAT_BYTES,
    height * FLOAT_BYTES,
    FLOAT_BYTES,
    height * width * FLOAT_BYTES,
    rows * FLOAT_BYTES,
  );
  kernels.writeOffsets(1, 1, rows, 0, 0, 0, FLOAT_BYTES, aRows);
  kernels.writeOffsets(1, 1, height - rows, (rows - 1) * FLOAT_BYTES, 0, 0, 0, aRows + rows * FLOAT_BYTES);
  kernels.writeOffsets(1, 1, 1, 0, 0, 0, 0, line);
  workspace.floats(sums, height * width).fill(0);
  const [down, across] = stepsOfB(product);
  const aPitch = rows * FLOAT_BYTES;
  for (let from = 0; from < depth; from += SUMMED_DEPTH) {
    const count = Math.min(SUMMED_DEPTH, depth - from);
    kernels.packPanels(count, columns, b + from * down, 0, down, across, panels, count, 0);
    const aFrom = a + from * aPitch;
    // prettier-ignore
    kernels.addOuterProducts(height, aRows, columns, 1, line, count, aPitch, aFrom, panels, sums, width * FLOAT_BYTES);
  }
  kernels.writeOffsets(1, 1, rows, 0, 0, 0, columns * FLOAT_BYTES, cRows);
  kernels.placeRows(rows, columns, sums, width * FLOAT_BYTES, c, cRows);
}
