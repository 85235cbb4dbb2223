// Operations on the rows of images: sums, products, curves, pools.

import { padToPanels } from "../../kernels/pack-panels.ts";
import type { Activate, Combination, Dense, Gate, Pool, Scale, Softmax, Value } from "../operations/operation.ts";
import { packPanels } from "../../kernels/pack-panels.ts";
import { pixelAddress, rowsOf, type Emission, type Step } from "./emission.ts";

type Made<Computation> = Computation & { y: Value };

export function emitCombination({ kind, a, b, y, activation }: Made<Combination>, emission: Emission): Step[] {
  const [first, second, made] = [a, b, y].map((value) => rowsOf(emission, value));
  const { code, low, high } = activation;
  const kernel = emission.kernels[kind];
  return [
    () =>
      // prettier-ignore
      kernel(
        y.height, made.length, first.address, first.pitchBytes, second.address, second.pitchBytes,
        made.address, made.pitchBytes, code, low, high,
      ),
  ];
}

export function emitScale({ x, y, multiplier, offset, activation }: Made<Scale>, emission: Emission): Step[] {
  const factors = emission.floats(padToPanels(multiplier));
  return scaleBy(factors, emission.floats(padToPanels(offset)), { x, y, activation }, emission);
}

export function emitGate({ x, by, y, activation }: Made<Gate>, emission: Emission): Step[] {
  const zeros = emission.floats(new Float32Array(emission.layoutOf(x).stride));
  return scaleBy(pixelAddress(emission, by), zeros, { x, y, activation }, emission);
}

function scaleBy(
  multiplier: number,
  offset: number,
  { x, y, activation }: Pick<Made<Gate>, "x" | "y" | "activation">,
  emission: Emission,
): Step[] {
  const [read, made] = [rowsOf(emission, x), rowsOf(emission, y)];
  const { stride } = emission.layoutOf(x);
  const { code, low, high } = activation;
  const { scale } = emission.kernels;
  return [
    () =>
      // prettier-ignore
      scale(
        y.height, made.length, stride, read.address, read.pitchBytes, multiplier, offset,
        made.address, made.pitchBytes, code, low, high,
      ),
  ];
}

export function emitActivate({ x, y, activation }: Made<Activate>, emission: Emission): Step[] {
  const [read, made] = [rowsOf(emission, x), rowsOf(emission, y)];
  const { code, low, high } = activation;
  const { applyActivation } = emission.kernels;
  return [
    // prettier-ignore
    () => applyActivation(y.height, made.length, read.address, read.pitchBytes, made.address, made.pitchBytes, code, low, high),
  ];
}

export function emitPool({ kind, x, y, window }: Made<Pool>, emission: Emission): Step[] {
  const [read, made] = [rowsOf(emission, x), rowsOf(emission, y)];
  const { stride } = emission.layoutOf(x);
  const { size, strides, padding } = window;
  const kernel = emission.kernels[kind];
  return [
    () =>
      // prettier-ignore
      kernel(
        y.height, y.width, stride, read.address, x.height, x.width, read.pitchBytes, 4 * stride, size[0], size[1],
        strides[0], strides[1], padding.top, padding.left, made.address, made.pitchBytes,
      ),
  ];
}

export function emitDense({ x, y, kernel, bias, activation }: Made<Dense>, emission: Emission): Step[] {
  const [columns, depth] = [y.channels, x.channels];
  const [a, c] = [pixelAddress(emission, x), pixelAddress(emission, y)];
  const panels = emission.floats(packPanels(kernel, depth, columns));
  const biases = emission.floats(padToPanels(bias));
  const { code, low, high } = activation;
  const { dense } = emission.kernels;
  return [() => dense(columns, depth, a, panels, biases, c, code, low, high)];
}

export function emitSoftmax({ x, y }: Made<Softmax>, emission: Emission): Step[] {
  const [a, c] = [pixelAddress(emission, x), pixelAddress(emission, y)];
  const { softmax } = emission.kernels;
  return [() => softmax(y.channels, a, c)];
}
