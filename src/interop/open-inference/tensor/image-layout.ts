// What the shape of a numeric tensor says of the images in it.

import type { ChannelCount } from "../../../image/pixels.ts";

export type ImageLayout = { images: number; height: number; width: number; channels: ChannelCount };

/**
 * [N, H, W, C]; without the batch [H, W, C] and [H, W]; grey without channels [N, H, W]. Three dimensions are one image
 * when the last is a number of channels, 1 to 4. Undefined for any other shape, and for a dimension of 0.
 */
export function toImageLayout(shape: readonly number[]): ImageLayout | undefined {
  if (shape.includes(0)) return undefined;
  const [first, second, third, fourth] = shape;
  switch (shape.length) {
    case 2:
      return { images: 1, height: first, width: second, channels: 1 };
    case 3:
      return isChannelCount(third)
        ? { images: 1, height: first, width: second, channels: third }
        : { images: first, height: second, width: third, channels: 1 };
    case 4:
      return isChannelCount(fourth) ? { images: first, height: second, width: third, channels: fourth } : undefined;
    default:
      return undefined;
  }
}

/** Doubles do not wrap: the product of sizes that no data can have is large, and never equal to the length of some data. */
export const countElements = (shape: readonly number[]): number => shape.reduce((count, length) => count * length, 1);

const isChannelCount = (length: number): length is ChannelCount => length >= 1 && length <= 4;
