// A small data set that needs no download.

import type { Dataset, Split } from "../../../../train/data/dataset.ts";
import { toSplit } from "../../../../train/data/images-in-memory.ts";
import { drawDigit } from "../../../../train/examples/draw-digits.ts";

/** Drawn digits, each copy shifted by a pixel or two: enough to learn from, and the same every time. */
export function drawnDigits(copies: number): Split {
  const count = 10 * copies;
  const samples = new Uint8Array(count * 784);
  for (let i = 0; i < count; i++) {
    const digit = drawDigit(i % 10, 28);
    const shift = ((i * 7) % 5) - 2 + 28 * (((i * 3) % 5) - 2);
    for (let at = 0; at < 784; at++) samples[i * 784 + at] = digit[at - shift] ?? 0;
  }
  return toSplit({
    count,
    height: 28,
    width: 28,
    channels: 1,
    samples,
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  });
}

export const dataset: Dataset = {
  name: "drawn-digits",
  sha256: "0".repeat(64),
  licence: "Apache-2.0",
  citation: "drawn by the project",
  task: "multiclass",
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  train: drawnDigits(40),
  test: drawnDigits(2),
};
