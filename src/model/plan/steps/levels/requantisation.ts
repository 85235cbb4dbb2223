// What turns sums of levels times weights into levels of the result, zero points and all: everything that does not depend
// on the image is folded into one multiplier and one whole number a channel, at which its sums begin.

import type { Levels } from "../../../../bundle/quantisation.ts";
import type { Dequantisation, EightBitKernel, Requantisation } from "../../../kernels/pack-levels.ts";
import type { Activation } from "../../../kernels/activation.ts";

type Layer = { kernel: EightBitKernel; bias: Float32Array; x: Levels; y: Levels; residual?: Levels };

/** Engines differ in what they make of larger numbers. */
const LARGEST = 2 ** 30;

const LARGEST_SUM = 2 ** 31 - 1;

/** No sum is further from any level than levels are many: further ones all become the lowest level or the highest. */
const LEVELS = 256;

/**
 * level = (offset + sum of weights times levels) * multiplier, without its fraction. The weights are the kernel's own, but
 * for channels whose weights are next to nothing beside their bias: the bias would be too many of them for a sum, and they
 * are made coarser.
 */
export function toRequantisation({ kernel, bias, x, y, residual }: Layer): Requantisation & { weights: Int8Array } {
  const channels = bias.length;
  const factor = residual ? residual.scale / y.scale : 0;
  const span = LEVELS * (1 + factor);
  const fine = kernel.scales.map((scale) => (scale * x.scale) / y.scale);
  const { weights, multipliers } = toCoarseEnough({ weights: kernel.values, multipliers: fine }, x.highest, span);
  const [sums, magnitudes] = [new Float64Array(channels), new Float64Array(channels)];
  weights.forEach((weight, i) => {
    sums[i % channels] += weight;
    magnitudes[i % channels] += Math.abs(weight) * x.highest;
  });
  const offsets = new Int32Array(channels);
  for (let c = 0; c < channels; c++) {
    // The half makes rounding of dropping the fraction.
    const added = bias[c] / y.scale + y.zeroPoint - (residual?.zeroPoint ?? 0) * factor + 0.5;
    const furthest = magnitudes[c] + span / multipliers[c];
    const offset = Math.round(added / multipliers[c] - x.zeroPoint * sums[c]);
    offsets[c] = Math.min(furthest, Math.max(-furthest, offset));
    const largest = (magnitudes[c] + Math.abs(offsets[c])) * multipliers[c] + span;
    if (!(largest < LARGEST)) throw new Error("a layer's levels are too fine for its sums");
  }
  return { weights, multipliers: Float32Array.from(multipliers), offsets };
}

type Scaled = { weights: Int8Array; multipliers: Float64Array };

/** Until a sum has room for every weighted level and for `span` levels of the result, in both directions. */
function toCoarseEnough({ weights, multipliers }: Scaled, highest: number, span: number): Scaled {
  const channels = multipliers.length;
  const magnitudes = new Float64Array(channels);
  weights.forEach((weight, i) => (magnitudes[i % channels] += Math.abs(weight) * highest));
  // Rounding may add a half to each, in both directions.
  const rounded = (weights.length / channels) * highest;
  if (rounded > LARGEST) throw new Error("a layer has too many weights for its sums");
  const by = multipliers.map((multiplier, c) => {
    let divisor = 1;
    while ((LARGEST_SUM - rounded - (2 * magnitudes[c]) / divisor) * multiplier * divisor < span) divisor *= 2;
    return divisor;
  });
  if (by.every((divisor) => divisor === 1)) return { weights, multipliers };
  return {
    weights: weights.map((weight, i) => Math.round(weight / by[i % channels])),
    multipliers: multipliers.map((multiplier, c) => multiplier * by[c]),
  };
}

/** To numbers, whose offsets are not rounded. */
export function toDequantisation({ kernel, bias, x }: Omit<Layer, "y" | "residual">): Dequantisation {
  const channels = bias.length;
  const sums = new Float64Array(channels);
  kernel.values.forEach((weight, i) => (sums[i % channels] += weight));
  const multipliers = kernel.scales.map((scale) => scale * x.scale);
  return {
    multipliers: Float32Array.from(multipliers),
    offsets: Float32Array.from(multipliers, (value, c) => bias[c] - value * x.zeroPoint * sums[c]),
  };
}

/** The levels that an activation leaves. */
export function toBounds({ code, low, high }: Activation, y: Levels): { lowest: number; highest: number } {
  if (code === 0) return { lowest: 0, highest: y.highest };
  const levelOf = (value: number) => Math.min(y.highest, Math.max(0, Math.round(value / y.scale) + y.zeroPoint));
  return { lowest: levelOf(low), highest: levelOf(high) };
}
