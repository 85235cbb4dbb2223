// Weights of 8 bits, one scale an output channel, in the order in which the kernels for levels read them.

import { PANEL_COLUMNS, toPanelWidth } from "./pack-panels.ts";

/** Weights are symmetric: -128 is not used. */
export const HIGHEST_WEIGHT = 127;

/** Products are of four levels by four weights. */
const DOT_DEPTH = 4;

export const toDotDepth = (depth: number): number => Math.ceil(depth / DOT_DEPTH) * DOT_DEPTH;

/** `values` in the order of the kernel they were, output channels fastest: weight = value * scale of its channel. */
export type EightBitKernel = { values: Int8Array; scales: Float64Array };

/** To the nearest of 255 weights. What has been rounded once comes out the same, and its scales but for rounding. */
export function toEightBits(kernel: ArrayLike<number>, channels: number): EightBitKernel {
  const scales = new Float64Array(channels);
  for (let i = 0; i < kernel.length; i++) scales[i % channels] = Math.max(scales[i % channels], Math.abs(kernel[i]));
  for (let c = 0; c < channels; c++) scales[c] = scales[c] / HIGHEST_WEIGHT || 1;
  return { values: Int8Array.from(kernel, (weight, i) => Math.round(weight / scales[i % channels])), scales };
}

/**
 * [segments, depth, columns] as panels [columns / 8][segments][depth / 4][8][4], zeros where there is no column and where
 * a segment's last four are not full.
 */
export function packLevelPanels(values: Int8Array, segments: number, columns: number): Uint8Array {
  const depth = values.length / columns / segments;
  const filled = toDotDepth(depth);
  const packed = new Int8Array(segments * filled * toPanelWidth(columns));
  for (let i = 0; i < values.length; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [segment, k] = [Math.floor(row / depth), row % depth];
    const panel = (column - (column % PANEL_COLUMNS)) * segments * filled;
    const four = panel + (segment * filled + k - (k % DOT_DEPTH)) * PANEL_COLUMNS;
    packed[four + (column % PANEL_COLUMNS) * DOT_DEPTH + (k % DOT_DEPTH)] = values[i];
  }
  return new Uint8Array(packed.buffer);
}

/** What sums become levels by, an output channel: the number at which they begin, and what they are multiplied by. */
export type Requantisation = { multipliers: Float32Array; offsets: Int32Array };

/** What sums become numbers by: one multiplier, and then one offset, an output channel. */
export type Dequantisation = { multipliers: Float32Array; offsets: Float32Array };

/** [columns / 8][8 multipliers, 8 offsets], zeros where there is no column. */
export function packScales({ multipliers, offsets }: Requantisation | Dequantisation): Float32Array {
  const packed = new Float32Array(2 * toPanelWidth(multipliers.length));
  const packedOffsets = offsets instanceof Int32Array ? new Int32Array(packed.buffer) : packed;
  for (let c = 0; c < multipliers.length; c++) {
    const at = 2 * (c - (c % PANEL_COLUMNS)) + (c % PANEL_COLUMNS);
    packed[at] = multipliers[c];
    packedOffsets[at + PANEL_COLUMNS] = offsets[c];
  }
  return packed;
}

const TAP_COLUMN_BYTES = 32;
const SCALES_BYTES = 64;

/**
 * [9, channels] for the kernels of 3x3: three columns of [8][4], the fourth of each zero, the same with the first of each
 * zero, and scales; every 8 channels.
 */
export function packDepthwiseColumns(values: Int8Array, requantisation: Requantisation): Uint8Array {
  const channels = requantisation.multipliers.length;
  const groupBytes = 6 * TAP_COLUMN_BYTES + SCALES_BYTES;
  const packed = new Uint8Array((toPanelWidth(channels) / PANEL_COLUMNS) * groupBytes);
  for (let i = 0; i < values.length; i++) {
    const [tap, channel] = [Math.floor(i / channels), i % channels];
    const group = Math.floor(channel / PANEL_COLUMNS) * groupBytes;
    const at = group + (tap % 3) * TAP_COLUMN_BYTES + (channel % PANEL_COLUMNS) * DOT_DEPTH + Math.floor(tap / 3);
    packed[at] = values[i];
    packed[at + 3 * TAP_COLUMN_BYTES + 1] = values[i];
  }
  setScales(packed, requantisation, groupBytes, 6 * TAP_COLUMN_BYTES);
  return packed;
}

/** [taps, channels] for the kernel of any window: scales and [taps][8] of 16 bits; every 8 channels. */
export function packDepthwiseTaps(values: Int8Array, requantisation: Requantisation): Uint8Array {
  const channels = requantisation.multipliers.length;
  const groupBytes = SCALES_BYTES + (values.length / channels) * 2 * PANEL_COLUMNS;
  const packed = new Uint8Array((toPanelWidth(channels) / PANEL_COLUMNS) * groupBytes);
  const words = new Int16Array(packed.buffer);
  for (let i = 0; i < values.length; i++) {
    const [tap, channel] = [Math.floor(i / channels), i % channels];
    const group = Math.floor(channel / PANEL_COLUMNS) * groupBytes + SCALES_BYTES;
    words[group / 2 + tap * PANEL_COLUMNS + (channel % PANEL_COLUMNS)] = values[i];
  }
  setScales(packed, requantisation, groupBytes, 0);
  return packed;
}

function setScales(packed: Uint8Array, requantisation: Requantisation, groupBytes: number, at: number): void {
  const scales = new Uint8Array(packScales(requantisation).buffer);
  for (let group = 0; group * SCALES_BYTES < scales.length; group++) {
    packed.set(scales.subarray(group * SCALES_BYTES, (group + 1) * SCALES_BYTES), group * groupBytes + at);
  }
}
