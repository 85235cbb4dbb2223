// From numbers to levels and back, and what is made of levels without weights.

import type { Levels } from "../../../../bundle/quantisation.ts";
import type { Combination, Convert, Pool, Value } from "../../operations/operation.ts";
import { bytesOf } from "../../operations/operation.ts";
import { rowsOf, type Emission, type Step } from "../emission.ts";
import { toBounds } from "./requantisation.ts";

type Made<Computation> = Computation & { y: Value };

export function emitToLevels({ x, y }: Made<Convert>, emission: Emission): Step[] {
  const { scale, zeroPoint, highest } = y.levels as Levels;
  const { toLevels } = emission.kernels;
  const [multiplier, offset] = [1 / scale, zeroPoint + 0.5];
  return alongRows(x, y, emission, (rows, length, from, fromPitch, to, toPitch) =>
    toLevels(rows, length, from, fromPitch, to, toPitch, multiplier, offset, highest),
  );
}

export function emitToNumbers({ x, y }: Made<Convert>, emission: Emission): Step[] {
  const { scale, zeroPoint } = x.levels as Levels;
  const { toNumbers } = emission.kernels;
  return alongRows(x, y, emission, (rows, length, from, fromPitch, to, toPitch) =>
    toNumbers(rows, length, from, fromPitch, to, toPitch, scale, zeroPoint),
  );
}

type ConvertRows = (rows: number, length: number, x: number, xPitch: number, y: number, yPitch: number) => void;

/** Rows of images whose pixels are as far apart in both; pixels of those where they are not. */
function alongRows(x: Value, y: Value, emission: Emission, convert: ConvertRows): Step[] {
  const [read, made] = [rowsOf(emission, x), rowsOf(emission, y)];
  const [xStride, yStride] = [emission.layoutOf(x).stride, emission.layoutOf(y).stride];
  if (xStride === yStride) {
    return [() => convert(x.height, read.length, read.address, read.pitchBytes, made.address, made.pitchBytes)];
  }
  const [xPitch, yPitch] = [bytesOf(x) * xStride, bytesOf(y) * yStride];
  return Array.from({ length: x.height }, (_, row): Step => {
    const [from, to] = [read.address + row * read.pitchBytes, made.address + row * made.pitchBytes];
    return () => convert(x.width, x.channels, from, xPitch, to, yPitch);
  });
}

export function emitAddOfLevels({ a, b, y, activation }: Made<Combination>, emission: Emission): Step[] {
  const [first, second, made] = [a, b, y].map((value) => rowsOf(emission, value));
  const [p, q, levels] = [a, b, y].map((value) => value.levels as Levels);
  const [aScale, bScale] = [p.scale / levels.scale, q.scale / levels.scale];
  const offset = levels.zeroPoint - p.zeroPoint * aScale - q.zeroPoint * bScale + 0.5;
  const { lowest, highest } = toBounds(activation, levels);
  const { addLevels } = emission.kernels;
  return [
    () =>
      // prettier-ignore
      addLevels(
        y.height, made.length, first.address, first.pitchBytes, second.address, second.pitchBytes,
        made.address, made.pitchBytes, aScale, bScale, offset, lowest, highest,
      ),
  ];
}

export function emitPoolOfLevels({ kind, x, y, window }: Made<Pool>, emission: Emission): Step[] {
  const [read, made] = [rowsOf(emission, x), rowsOf(emission, y)];
  const { stride } = emission.layoutOf(x);
  const { size, strides, padding } = window;
  const { scale, zeroPoint } = x.levels as Levels;
  const kernel = kind === "maxPool" ? emission.kernels.maxPoolLevels : emission.kernels.averagePoolLevels;
  return [
    () =>
      // prettier-ignore
      kernel(
        y.height, y.width, stride, read.address, x.height, x.width, read.pitchBytes, size[0], size[1],
        strides[0], strides[1], padding.top, padding.left, made.address, made.pitchBytes, scale, zeroPoint,
      ),
  ];
}
