// What operations on levels should give, one number after the other: sums of whole numbers, and float32 where the kernels
// have it.

import type { Activation } from "../../../../../src/model/kernels/activation.ts";
import type { Convolution, Depthwise, Value } from "../../../../../src/model/plan/operations/operation.ts";
import type { Levels } from "../../../../../src/bundle/quantisation.ts";

const f = Math.fround;

/** Levels of numbers, NaN among them. */
export function plainLevels(numbers: Float32Array, { scale, zeroPoint, highest }: Levels): number[] {
  return Array.from(numbers, (number) => {
    const level = f(f(number * f(1 / scale)) + f(zeroPoint + 0.5));
    return level > 0 ? Math.trunc(Math.min(level, highest)) : 0;
  });
}

export const plainNumbers = (levels: readonly number[], { scale, zeroPoint }: Levels): number[] =>
  levels.map((level) => f(f(level - zeroPoint) * f(scale)));

/** Sums to levels: `sum` is whole, `residual` is added in levels of y. */
export function plainRounding(
  scaled: number,
  residual: { level: number; factor: number } | undefined,
  { lowest, highest }: { lowest: number; highest: number },
): number {
  const total = residual ? f(scaled + f(residual.level * f(residual.factor))) : scaled;
  return Math.min(highest, Math.max(lowest, Math.trunc(total)));
}

export function plainBounds({ code, low, high }: Activation, y: Levels): { lowest: number; highest: number } {
  if (code === 0) return { lowest: 0, highest: y.highest };
  const at = (number: number) => Math.min(y.highest, Math.max(0, Math.round(number / y.scale) + y.zeroPoint));
  return { lowest: at(low), highest: at(high) };
}

/** Of every output in order: the sum of its products, zeros of the image being levels too. */
export function plainSums(
  { kind, x, window }: Pick<Convolution | Depthwise, "kind" | "x" | "window">,
  y: Value,
  levels: readonly number[],
  weights: Int8Array,
  zeroPoint: number,
): number[] {
  const [height, width] = window.size;
  const levelAt = (row: number, column: number, channel: number) =>
    row < 0 || column < 0 || row >= x.height || column >= x.width
      ? zeroPoint
      : levels[(row * x.width + column) * x.channels + channel];
  return Array.from({ length: y.height * y.width * y.channels }, (_, i) => {
    const made = i % y.channels;
    const [row, column] = [Math.floor(i / y.channels / y.width), Math.floor(i / y.channels) % y.width];
    let sum = 0;
    for (let ky = 0; ky < height; ky++) {
      for (let kx = 0; kx < width; kx++) {
        const readRow = row * window.strides[0] + ky * window.dilations[0] - window.padding.top;
        const readColumn = column * window.strides[1] + kx * window.dilations[1] - window.padding.left;
        const tap = ky * width + kx;
        if (kind === "depthwise") sum += levelAt(readRow, readColumn, made) * weights[tap * x.channels + made];
        else
          for (let k = 0; k < x.channels; k++)
            sum += levelAt(readRow, readColumn, k) * weights[(tap * x.channels + k) * y.channels + made];
      }
    }
    return sum;
  });
}
