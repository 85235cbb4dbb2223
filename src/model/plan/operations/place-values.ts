// How each value lies in memory: numbers between pixels, and borders for the windows that will move over it.

import { toPanelWidth } from "../../kernels/pack-panels.ts";
import { partsOf, readsOf, writesOf, type Borders, type Convolution, type Operation, type Value } from "./operation.ts";

/** Rows of pixels with borders of zeros around them; all counts are of numbers, whatever their bytes, or of pixels. */
export type Layout = {
  borders: Borders;
  /** Numbers from one pixel to the next: the channels, and whatever fills the last vector. */
  stride: number;
  /** Pixels from one row to the next. */
  pitch: number;
  /** Numbers of the whole buffer. */
  length: number;
};

const NO_BORDERS: Borders = { top: 0, bottom: 0, left: 0, right: 0 };

/** By the ids of the values. The input comes without gaps. */
export function placeValues(input: Value, operations: readonly Operation[]): Map<number, Layout> {
  const layouts = new Map<number, Layout>([[input.id, layOut(input, NO_BORDERS, input.channels)]]);
  for (const operation of operations) {
    for (const value of writesOf(operation)) {
      const isTight = isCopied(operation) && isReadSingly(value, operations);
      const stride = isTight ? value.channels : toPanelWidth(value.channels);
      layouts.set(value.id, layOut(value, bordersFor(value, operations), stride));
    }
    if (operation.kind === "strips") {
      const { expand, filter } = operation;
      // Only sides: the lines above and below the image are made zeros as they come.
      const sides = { ...filter.window.padding, top: 0, bottom: 0 };
      layouts.set(expand.y.id, layOut(expand.y, sides, toPanelWidth(expand.y.channels)));
      layouts.set(filter.y.id, layOut(filter.y, NO_BORDERS, toPanelWidth(filter.y.channels)));
    }
    if (operation.kind === "convolution" && operation.winograd) {
      const { scratch } = operation.winograd;
      layouts.set(scratch.id, layOut(scratch, NO_BORDERS, scratch.channels));
    }
  }
  return layouts;
}

/** Whether the input can be read where it is put, without borders and with its channels as close as they are. */
export const isReadInPlace = (input: Value, operations: readonly Operation[]): boolean =>
  !hasPixels(bordersFor(input, operations)) && (input.channels % 8 === 0 || isReadSingly(input, operations));

function layOut({ height, width }: Value, borders: Borders, stride: number): Layout {
  const pitch = borders.left + width + borders.right;
  return { borders, stride, pitch, length: (borders.top + height + borders.bottom) * pitch * stride };
}

/** What the windows that move over a value reach beyond it. */
function bordersFor(value: Value, operations: readonly Operation[]): Borders {
  let borders = NO_BORDERS;
  for (const operation of operations.flatMap(partsOf)) {
    if ((operation.kind !== "convolution" && operation.kind !== "depthwise") || operation.x.id !== value.id) continue;
    const padding = operation.kind === "convolution" ? reachOf(operation) : operation.window.padding;
    borders = {
      top: Math.max(borders.top, padding.top),
      bottom: Math.max(borders.bottom, padding.bottom),
      left: Math.max(borders.left, padding.left),
      right: Math.max(borders.right, padding.right),
    };
  }
  return borders;
}

/** What a convolution's windows reach beyond the image: in tiles, whole ones. */
function reachOf({ x, y, window: { padding }, winograd }: Convolution & { y: Value }): Borders {
  if (!winograd) return padding;
  const { tile } = winograd;
  const [height, width] = [y.height, y.width].map((side) => Math.ceil(side / tile) * tile + 2);
  return {
    ...padding,
    bottom: Math.max(padding.bottom, height - padding.top - x.height),
    right: Math.max(padding.right, width - padding.left - x.width),
  };
}

/** These write number by number; all others write whole vectors, up to the stride. */
const isCopied = ({ kind }: Operation): boolean => ["reshape", "convert", "pad", "stock"].includes(kind);

/** Those who take single numbers of a pixel; all others read whole vectors, up to the stride. */
const isReadSingly = (value: Value, operations: readonly Operation[]): boolean =>
  operations
    .flatMap(partsOf)
    .every(
      (operation) =>
        !readsOf(operation).some(({ id }) => id === value.id) ||
        ["dense", "reshape", "convert", "pad", "stock", "softmax", "concatenation"].includes(operation.kind) ||
        (operation.kind === "convolution" && operation.residual?.id !== value.id),
    );

const hasPixels = ({ top, bottom, left, right }: Borders): boolean => top + bottom + left + right > 0;

export const hasBorders = ({ borders }: Layout): boolean => hasPixels(borders);

/** Numbers from the start of the buffer to a pixel of the image. */
export const offsetOf = ({ borders, stride, pitch }: Layout, y: number, x: number): number =>
  ((y + borders.top) * pitch + x + borders.left) * stride;

/** Whether the image's numbers follow each other without gaps. */
export const isDense = (layout: Layout, { channels, height, width }: Value): boolean =>
  layout.length === height * width * channels;
