// What the compiler refuses, it refuses by the name of the layer.
import { input, layers, model, sequential, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { compileGraph } from "../../../train/compile/compile-graph.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";

type Layer = layers.Layer;
const named = { name: "culprit" };
const inputShape = [8, 8, 3];
const image = (...stack: Layer[]): LayersModel => sequential({ layers: [layers.inputLayer({ inputShape }), ...stack] });

// Its default initializer, orthogonal, does not run on the WASM backend.
const lstm = (): Layer => layers.lstm({ units: 4, recurrentInitializer: "zeros", ...named });

beforeAll(useWasmBackend);

const rows: [className: string, why: string, build: () => LayersModel][] = [
  ["Conv2DTranspose", "class", () => image(layers.conv2dTranspose({ filters: 2, kernelSize: 3, ...named }))],
  ["LSTM", "class", () => image(layers.reshape({ targetShape: [8, 24] }), lstm())],
  ["LeakyReLU", "class", () => image(layers.leakyReLU(named))],
  ["ThresholdedReLU", "class", () => image(layers.thresholdedReLU(named))],
  ["Sequential", "class", () => image(Object.assign(image(layers.flatten()), named))],
  [
    "Conv2D",
    "channels",
    () => image(layers.conv2d({ filters: 2, kernelSize: 3, dataFormat: "channelsFirst", ...named })),
  ],
  ["MaxPooling2D", "channels", () => image(layers.maxPooling2d({ dataFormat: "channelsFirst", ...named }))],
  ["Conv2D", "softsign", () => image(layers.conv2d({ filters: 2, kernelSize: 3, activation: "softsign", ...named }))],
  ["Activation", "selu", () => image(layers.activation({ activation: "selu", ...named }))],
  ["ReLU", "maximum is 1", () => image(layers.reLU({ maxValue: 1, ...named }))],
  ["DepthwiseConv2D", "dilation", () => image(layers.depthwiseConv2d({ kernelSize: 3, dilationRate: 2, ...named }))],
  ["Dense", "flatten", () => image(layers.dense({ units: 2, ...named }))],
  ["BatchNormalization", "axis", () => image(layers.batchNormalization({ axis: 1, ...named }))],
  ["Softmax", "axis", () => image(layers.softmax({ axis: 1, ...named }))],
  [
    "InputLayer",
    "shape",
    () => sequential({ layers: [layers.inputLayer({ inputShape: [8], ...named }), layers.dense({ units: 2 })] }),
  ],
  [
    "InputLayer",
    "shape",
    () => sequential({ layers: [layers.inputLayer({ inputShape: [null, null, 3], ...named }), layers.reLU()] }),
  ],
  [
    "InputLayer",
    "int32",
    () => sequential({ layers: [layers.inputLayer({ inputShape, dtype: "int32", ...named }), layers.reLU()] }),
  ],
];

describe("compileGraph refuses", () => {
  it.each(rows)("%s: %s", (className, why, build) => {
    const compiled = compileGraph(build());
    if (compiled.ok) throw new Error("it compiled");
    expect(compiled.error.reason).toBe("unsupported_layer");
    expect(compiled.error.detail).toContain(`The ${className} layer culprit cannot be compiled`);
    expect(compiled.error.detail).toContain(why);
  });

  it("an addition that broadcasts", () => {
    const x = input({ shape: inputShape });
    const narrow = layers.conv2d({ filters: 1, kernelSize: 1 }).apply(x) as SymbolicTensor;
    const sum = layers.add(named).apply([x, narrow]) as SymbolicTensor;
    const compiled = compileGraph(model({ inputs: x, outputs: sum }));
    expect(compiled).toMatchObject({ ok: false, error: { detail: expect.stringContaining("differ in shape") } });
  });

  it("channels that are not joined along the last axis, and products of three or of different ranks", () => {
    const x = input({ shape: inputShape });
    const row = layers.globalAveragePooling2d({}).apply(x) as SymbolicTensor;
    for (const [layer, inputs, why] of [
      [layers.concatenate({ axis: 1 }), [x, x], "axis is not the last"],
      [layers.multiply(), [x, x, x], "more than two inputs"],
      [layers.multiply(), [x, row], "differ in rank"],
    ] as const) {
      const compiled = compileGraph(model({ inputs: x, outputs: layer.apply([...inputs]) as SymbolicTensor }));
      expect(compiled).toMatchObject({ ok: false, error: { detail: expect.stringContaining(why) } });
    }
  });

  it("a model with two inputs, two outputs, or nothing to compute", () => {
    const [a, b] = [input({ shape: inputShape }), input({ shape: inputShape })];
    const sum = layers.add().apply([a, b]) as SymbolicTensor;
    const relu = layers.reLU().apply(a) as SymbolicTensor;
    for (const [refused, why] of [
      [model({ inputs: [a, b], outputs: sum }), "exactly one input"],
      [model({ inputs: a, outputs: [relu, layers.flatten().apply(a) as SymbolicTensor] }), "exactly one output"],
      [image(layers.activation({ activation: "softmax" })), "computes nothing"],
    ] as const) {
      expect(compileGraph(refused)).toMatchObject({ ok: false, error: { detail: expect.stringContaining(why) } });
    }
  });
});
