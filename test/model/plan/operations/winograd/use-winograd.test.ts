import { describe, expect, test } from "vitest";
import { linear } from "../../../../../src/model/kernels/activation.ts";
import type { Convolution, Operation, Value } from "../../../../../src/model/plan/operations/operation.ts";
import { useWinograd } from "../../../../../src/model/plan/operations/winograd/use-winograd.ts";
import { value } from "../../steps/run-operation.ts";

const MIB = 1024 * 1024;
const INPUT = value(0, 8, 8, 4);

type Layer = {
  side: number;
  channels: number;
  made?: number;
  window?: Partial<Convolution["window"]>;
  weight?: number;
};

let ids = 1;

function convolution({ side, channels, made = channels, window = {}, weight = 1 }: Layer): Convolution & { y: Value } {
  return {
    kind: "convolution",
    x: value(ids++, side, side, channels),
    y: value(ids++, side, side, made),
    window: {
      size: [3, 3],
      strides: [1, 1],
      dilations: [1, 1],
      padding: { top: 1, bottom: 1, left: 1, right: 1 },
      ...window,
    },
    activation: linear,
    kernel: new Float32Array(9 * channels * made).fill(weight),
    bias: new Float32Array(made),
  };
}

const tilesOf = (operations: readonly Operation[]) =>
  operations.map((operation) => (operation.kind === "convolution" ? operation.winograd?.tile : undefined));

const choose = (...layers: Layer[]) => tilesOf(useWinograd(INPUT, layers.map(convolution)).operations);

describe("tiles are chosen by what they save", () => {
  test.for([
    [28, 64, 4],
    [28, 8, 4],
    [14, 128, 4],
    [7, 64, 4],
    // One tile of four pixels is all of it, and so would 36 matrices of weights be read for one row.
    [4, 96, 2],
    [5, 64, 2],
    [3, 64, undefined],
    [1, 64, undefined],
  ] as const)("%s pixels a side of %s channels: %s", ([side, channels, tile]) => {
    expect(choose({ side, channels })).toEqual([tile]);
  });

  test("of few channels and pixels it costs more to transform them than is saved", () => {
    expect(choose({ side: 28, channels: 8 }, { side: 5, channels: 64 }, { side: 5, channels: 8 })).toEqual([
      4,
      2,
      undefined,
    ]);
  });
});

test("other windows, strides, dilations and odd channels are computed directly", () => {
  const side = 28;
  const channels = 64;
  expect(
    choose(
      { side, channels, window: { strides: [2, 2] } },
      { side, channels, window: { dilations: [2, 1] } },
      { side, channels: 66 },
      { side, channels: 3, made: 64 },
    ),
  ).toEqual([undefined, undefined, undefined, undefined]);
  const larger = { ...convolution({ side, channels }), kernel: new Float32Array(25 * 64 * 64) };
  const wide = { ...larger, window: { ...larger.window, size: [5, 5] as const } };
  expect(useWinograd(INPUT, [wide])).toEqual({ operations: [wide], addedBytes: 0 });
});

test("weights that are not finite, or nearly not, are left as they are", () => {
  const layer = { side: 28, channels: 16 };
  expect(choose({ ...layer, weight: Number.NaN }, { ...layer, weight: -Infinity }, { ...layer, weight: 1e30 })).toEqual(
    [undefined, undefined, undefined],
  );
});

test("levels and the input, which has no borders, are left as they are", () => {
  const layer = convolution({ side: 28, channels: 16 });
  const levels = { scale: 1, zeroPoint: 0, highest: 127 } as const;
  const onLevels = { ...layer, x: { ...layer.x, levels }, y: { ...layer.y, levels } };
  const onInput = { ...layer, x: INPUT };
  expect(tilesOf(useWinograd(INPUT, [onLevels, onInput, layer]).operations)).toEqual([undefined, undefined, 4]);
});

test("a layer whose windows are beyond any cache is computed directly", () => {
  expect(choose({ side: 28, channels: 8000, made: 8 })).toEqual([undefined]);
});

describe("weights take a bounded number of bytes more", () => {
  test("of 64 channels to 64, 27 or 7 times what they are for each of their nine taps", () => {
    const large = useWinograd(INPUT, [convolution({ side: 28, channels: 64 })]);
    expect(large.addedBytes).toBe(27 * 64 * 64 * 4);
    const small = useWinograd(INPUT, [convolution({ side: 4, channels: 64 })]);
    expect(small.addedBytes).toBe(7 * 64 * 64 * 4);
  });

  test("4 MiB for a small model, for the layers that save most", () => {
    const layers = Array.from({ length: 12 }, () => convolution({ side: 28, channels: 64 }));
    const { operations, addedBytes } = useWinograd(INPUT, layers);
    expect(addedBytes).toBeLessThanOrEqual(4 * MIB);
    expect(addedBytes).toBeGreaterThan(3.5 * MIB);
    expect(new Set(tilesOf(operations))).toEqual(new Set([2, 4]));
  });

  test("as much again as all weights for a larger one, and never more than 40 MiB", () => {
    const layer = (count: number) => Array.from({ length: count }, () => convolution({ side: 7, channels: 512 }));
    // 9 MiB each, and 7 MiB more in tiles of 2 pixels.
    expect(useWinograd(INPUT, layer(1)).addedBytes).toBe(7 * MIB);
    expect(useWinograd(INPUT, layer(7)).addedBytes).toBe(35 * MIB);
  });
});
