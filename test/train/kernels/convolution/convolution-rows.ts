// Convolutions of every kind of stride, padding and odd size, for tests of their gradients.
import type { backend_util } from "@tensorflow/tfjs-core";

export type Shape = [number, number, number, number];
export type Padding = "valid" | "same" | number | backend_util.ExplicitPadding;
export type Row = [name: string, x: Shape, filter: Shape, strides: [number, number], pad: Padding];

export const rows: Row[] = [
  ["one channel, valid", [2, 8, 8, 1], [3, 3, 1, 4], [1, 1], "valid"],
  ["same padding, odd size", [2, 7, 9, 3], [3, 3, 3, 5], [1, 1], "same"],
  ["batch of one", [1, 6, 6, 2], [3, 3, 2, 3], [1, 1], "same"],
  ["channels past a multiple of four", [2, 6, 5, 9], [3, 3, 9, 7], [1, 1], "same"],
  ["1x1 filter", [3, 5, 4, 6], [1, 1, 6, 2], [1, 1], "valid"],
  ["1x1 filter, more channels out than in", [3, 5, 4, 2], [1, 1, 2, 6], [1, 1], "same"],
  ["1x1 filter, stride 2", [2, 7, 7, 3], [1, 1, 3, 4], [2, 2], "same"],
  ["1x1 filter, padded", [2, 4, 4, 3], [1, 1, 3, 4], [1, 1], 1],
  ["same padding is asymmetric at stride 2 on an even size", [2, 8, 8, 3], [3, 3, 3, 4], [2, 2], "same"],
  ["stride 2, valid, a last column no tap meets", [2, 8, 8, 2], [3, 3, 2, 4], [2, 2], "valid"],
  ["stride 3, same", [2, 11, 10, 2], [3, 3, 2, 3], [3, 3], "same"],
  ["stride 3 past a 2x2 filter skips pixels", [1, 9, 9, 2], [2, 2, 2, 2], [3, 3], "valid"],
  ["stride 3 past a 1x1 filter skips pixels", [1, 10, 10, 2], [1, 1, 2, 2], [3, 3], "valid"],
  ["unequal strides", [2, 9, 8, 2], [3, 3, 2, 3], [2, 1], "same"],
  ["rectangular filter", [2, 7, 8, 2], [1, 5, 2, 3], [1, 1], "same"],
  ["even filter, same padding on one side only", [2, 6, 7, 2], [2, 4, 2, 3], [1, 1], "same"],
  ["filter as large as the image", [2, 4, 5, 2], [4, 5, 2, 3], [1, 1], "valid"],
  ["filter larger than the image, same", [1, 2, 2, 2], [5, 5, 2, 3], [1, 1], "same"],
  ["padding given as a number", [2, 6, 6, 2], [3, 3, 2, 3], [1, 1], 2],
  ["padding wider than the filter", [1, 4, 5, 2], [2, 2, 2, 3], [1, 1], 4],
  ["padding wider than the filter, stride 2", [1, 4, 5, 2], [2, 2, 2, 3], [2, 2], 3],
  [
    "padding given side by side",
    [2, 6, 5, 2],
    [3, 3, 2, 3],
    [2, 2],
    [
      [0, 0],
      [0, 1],
      [2, 1],
      [0, 0],
    ],
  ],
  ["one pixel", [1, 1, 1, 1], [1, 1, 1, 1], [1, 1], "valid"],
  ["more images than are laid out at once", [3, 64, 64, 36], [2, 1, 36, 2], [1, 1], "same"],
  ["more pixels than are multiplied at once", [1, 120, 120, 20], [1, 1, 20, 3], [1, 1], "same"],
];
