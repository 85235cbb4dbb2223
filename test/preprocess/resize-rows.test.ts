// A resize fed row by row: what comes out, and which rows were asked for.

import { describe, expect, test } from "vitest";
import { resampleAxis, type Span } from "../../src/preprocess/resample.ts";
import { createRowResizer } from "../../src/preprocess/resize-rows.ts";

/** Feeds all rows of a source, those that count filled by `readRow`. */
function resizeRows(
  { width, height, channels }: { width: number; height: number; channels: number },
  horizontal: Span[],
  vertical: Span[],
  readRow: (y: number, row: Float64Array) => void,
) {
  const resizer = createRowResizer({ width, channels }, horizontal, vertical);
  for (let y = 0; y < height; y++) {
    if (!resizer.isNextNeeded()) {
      resizer.skip();
      continue;
    }
    readRow(y, resizer.row);
    resizer.take();
  }
  return resizer.resized;
}

/** A one-pixel-wide column whose sample in row y is y, resized; and the rows that were read. */
function resizeColumn(
  height: number,
  ...vertical: [from: number, extent: number, target: number, filter: "area" | "bilinear"]
) {
  const read: number[] = [];
  const resized = resizeRows(
    { width: 1, height, channels: 1 },
    resampleAxis(1, 0, 1, 1, "area"),
    resampleAxis(height, ...vertical),
    (y, row) => {
      read.push(y);
      row[0] = y;
    },
  );
  return { read, resized: [...resized] };
}

describe("each source row that counts is read once and in order", () => {
  test("when it shrinks", () => {
    expect(resizeColumn(6, 0, 6, 2, "area").read).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("when target rows share source rows", () => {
    expect(resizeColumn(5, 0, 5, 3, "bilinear").read).toEqual([0, 1, 2, 3, 4]);
  });

  test("when it enlarges", () => {
    expect(resizeColumn(2, 0, 2, 7, "area").read).toEqual([0, 1]);
    expect(resizeColumn(2, 0, 2, 7, "bilinear").read).toEqual([0, 1]);
  });

  test("when rows above and below are cropped off", () => {
    expect(resizeColumn(10, 3, 4, 2, "area").read).toEqual([3, 4, 5, 6]);
  });

  test("when there is one row", () => {
    expect(resizeColumn(1, 0, 1, 3, "bilinear")).toEqual({ read: [0], resized: [0, 0, 0] });
  });
});

test("averages the rows under each target row", () => {
  expect(resizeColumn(6, 0, 6, 2, "area").resized).toEqual([expect.closeTo(1, 12), expect.closeTo(4, 12)]);
});

test("mixes rows in proportion when it enlarges", () => {
  expect(resizeColumn(2, 0, 2, 4, "bilinear").resized).toEqual([0, 0.25, 0.75, 1]);
});

test("resizes each channel by itself, along both axes", () => {
  const rows = [
    [0, 100, 10, 200],
    [20, 300, 30, 400],
  ];
  const resized = resizeRows(
    { width: 2, height: 2, channels: 2 },
    resampleAxis(2, 0, 2, 1, "area"),
    resampleAxis(2, 0, 2, 1, "area"),
    (y, row) => row.set(rows[y]),
  );
  expect([...resized]).toEqual([15, 250]);
});

test("does not let what a reader leaves in the row reach the next one", () => {
  const resized = resizeRows(
    { width: 1, height: 2, channels: 1 },
    resampleAxis(1, 0, 1, 1, "area"),
    resampleAxis(2, 0, 2, 2, "area"),
    (y, row) => row.fill(y === 0 ? 50 : 3),
  );
  expect([...resized]).toEqual([50, 3]);
});
