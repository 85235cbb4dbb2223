// A 3x3 convolution by Winograd's algorithm: one call for the whole image, because its tiles are of several rows.

import { packPanels, padToPanels, PANEL_COLUMNS, toPanelWidth } from "../../../../kernels/pack-panels.ts";
import { matricesOf } from "../../../../kernels/tile.ts";
import type { Convolution, Value } from "../../../operations/operation.ts";
import { pixelAddress, rowsOf, type Emission, type Step } from "../../emission.ts";

type InTiles = Convolution & { y: Value } & Required<Pick<Convolution, "winograd">>;

export function emitWinograd(
  { x, y, residual, window, activation, winograd, ...weights }: InTiles,
  emission: Emission,
): Step {
  const { tile, block, group } = winograd;
  const { height, width, channels: columns } = y;
  const { channels } = x;
  const bias = emission.floats(padToPanels(weights.bias));
  const scratch = emission.addressOf(winograd.scratch);
  const packed = transformWeights({ kernel: weights.kernel, channels, columns }, winograd, emission);
  const start = pixelAddress(emission, x, -window.padding.top, -window.padding.left);
  const [read, made] = [x, y].map((value) => pitchesOf(value, emission));
  const c = pixelAddress(emission, y);
  const r = residual ? pixelAddress(emission, residual) : 0;
  const added = residual ? pitchesOf(residual, emission) : { row: 0, pixel: 0 };
  const { code, low, high } = activation;
  const { winograd: compute } = emission.kernels;
  return () =>
    // prettier-ignore
    compute(
      tile, block, group, height, width, channels, columns, start, read.row, read.pixel, packed, bias, scratch,
      c, made.row, made.pixel, r, added.row, added.pixel, code, low, high,
    );
}

/** Bytes from one row, and from one pixel, to the next. */
function pitchesOf(value: Value, emission: Emission): { row: number; pixel: number } {
  const { stride } = emission.layoutOf(value);
  return { row: rowsOf(emission, value).pitchBytes, pixel: 4 * stride };
}

/** Scratch lies in the arena, which nobody uses before the first run. */
function transformWeights(
  { kernel, channels, columns }: { kernel: Float32Array; channels: number; columns: number },
  { tile, group, scratch }: InTiles["winograd"],
  emission: Emission,
): number {
  const width = toPanelWidth(columns);
  const between = emission.addressOf(scratch);
  return emission.derived(packPanels(kernel, 9 * channels, columns), matricesOf(tile) * channels * width, (from, to) =>
    emission.kernels.transformWeights(tile, channels, width / PANEL_COLUMNS, group, from, to, between),
  );
}
