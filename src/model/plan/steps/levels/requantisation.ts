// What turns sums of levels times weights into levels of the result, zero points and all: everything that does not depend
// on the image is folded into one multiplier and one offset a channel.

import type { Levels } from "../../../../bundle/quantisation.ts";
import type { EightBitKernel, Requantisation } from "../../../kernels/pack-levels.ts";
import type { Activation } from "../../../kernels/activation.ts";

type Layer = { kernel: EightBitKernel; bias: Float32Array; x: Levels; y: Levels; residual?: Levels };

/** Engines differ in what they make of larger numbers. */
const LARGEST = 2 ** 30;

export function toRequantisation({ kernel, bias, x, y, residual }: Layer): Requantisation {
  const { multipliers, offsets } = toNumbersScale({ kernel, bias, x });
  const channels = bias.length;
  const fromResidual = residual ? -residual.zeroPoint * (residual.scale / y.scale) : 0;
  const requantisation = {
    multipliers: multipliers.map((value) => value / y.scale),
    // The half makes rounding of dropping the fraction.
    offsets: offsets.map((value) => value / y.scale + y.zeroPoint + fromResidual + 0.5),
  };
  const sums = new Float64Array(channels);
  kernel.values.forEach((weight, i) => (sums[i % channels] += Math.abs(weight) * x.highest));
  const largest = sums.map((sum, c) => sum * requantisation.multipliers[c] + Math.abs(requantisation.offsets[c]));
  if (!largest.every((value) => value < LARGEST)) throw new Error("a layer's levels are too fine for its sums");
  return toFloats(requantisation);
}

/** The same to numbers. */
export const toDequantisation = (layer: Omit<Layer, "y" | "residual">): Requantisation =>
  toFloats(toNumbersScale(layer));

function toNumbersScale({ kernel, bias, x }: Omit<Layer, "y" | "residual">) {
  const channels = bias.length;
  const sums = new Float64Array(channels);
  kernel.values.forEach((weight, i) => (sums[i % channels] += weight));
  const multipliers = kernel.scales.map((scale) => scale * x.scale);
  return { multipliers, offsets: multipliers.map((value, c) => bias[c] - value * x.zeroPoint * sums[c]) };
}

const toFloats = ({ multipliers, offsets }: Record<keyof Requantisation, Float64Array>): Requantisation => ({
  multipliers: Float32Array.from(multipliers),
  offsets: Float32Array.from(offsets),
});

/** The levels that an activation leaves. */
export function toBounds({ code, low, high }: Activation, y: Levels): { lowest: number; highest: number } {
  if (code === 0) return { lowest: 0, highest: y.highest };
  const levelOf = (value: number) => Math.min(y.highest, Math.max(0, Math.round(value / y.scale) + y.zeroPoint));
  return { lowest: levelOf(low), highest: levelOf(high) };
}
