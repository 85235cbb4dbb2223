// MobileNetV2 (Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks"), untrained, as a TF.js
// layers model. The letters t, c, n, s and the tables are the paper's.
import { initializers, input, layers, model, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";

/** The size of a network and where its weights start. */
export type MobileNetV2Options = {
  /** The paper's width multiplier. */
  width: number;
  /** Height and width of the image, in pixels. */
  inputSize: number;
  channels: number;
  classes: number;
  /** How much smaller the last images are than the first, along each side; 8 or 4 suit images of 28 to 64 pixels. */
  outputStride?: 4 | 8 | 16 | 32;
  /** Channels of the last convolution; the paper's 1280 are most of a narrow network's weights. */
  headChannels?: number;
  /** Decides every initial weight. */
  seed: number;
};

// Table 2: expansion factor t, output channels c, repetitions n, stride s of the first of them.
const bottlenecks = [
  { t: 1, c: 16, n: 1, s: 1 },
  { t: 6, c: 24, n: 2, s: 2 },
  { t: 6, c: 32, n: 3, s: 2 },
  { t: 6, c: 64, n: 4, s: 2 },
  { t: 6, c: 96, n: 3, s: 1 },
  { t: 6, c: 160, n: 3, s: 2 },
  { t: 6, c: 320, n: 1, s: 1 },
] as const;

/** A network from images [batch, inputSize, inputSize, channels] to logits [batch, classes]. */
export function mobileNetV2(options: MobileNetV2Options): LayersModel {
  const { width, inputSize, channels, classes, outputStride = 32, seed } = options;
  // Below width 1 the last convolution keeps its 1280 channels (section 6.1).
  const { headChannels = toChannels(1280, Math.max(1, width)) } = options;
  let nextSeed = seed;
  // The first strides are the ones to go: the network then sees a small image as the full one sees a large image's middle.
  let stridesToDrop = Math.log2(32 / outputStride);
  const keepStride = (strides: number) => (strides === 2 && stridesToDrop-- > 0 ? 1 : strides);
  const kernel = () => initializers.heNormal({ seed: nextSeed++ });
  const convolve = (x: SymbolicTensor, name: string, filters: number, kernelSize: number, strides: number) => {
    const config = {
      filters,
      kernelSize,
      strides,
      padding: "same",
      useBias: false,
      kernelInitializer: kernel(),
    } as const;
    return normalize(layers.conv2d({ ...config, name }).apply(x) as SymbolicTensor, name);
  };
  // He initialization, spelled out: TF.js counts every channel into a depthwise kernel's fan-in, and signals vanish.
  const depthwiseKernel = () => initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / 9), seed: nextSeed++ });
  const convolveDepthwise = (x: SymbolicTensor, name: string, strides: number) => {
    const config = {
      kernelSize: 3,
      strides,
      padding: "same",
      useBias: false,
      depthwiseInitializer: depthwiseKernel(),
    } as const;
    return normalize(layers.depthwiseConv2d({ ...config, name }).apply(x) as SymbolicTensor, name);
  };

  let filters = toChannels(32, width);
  const invertedResidual = (x: SymbolicTensor, name: string, t: number, outFilters: number, strides: number) => {
    const expanded = t === 1 ? x : relu6(convolve(x, `${name}_expand`, t * filters, 1, 1));
    const filtered = relu6(convolveDepthwise(expanded, `${name}_depthwise`, strides));
    const projected = convolve(filtered, `${name}_project`, outFilters, 1, 1);
    const hasShortcut = strides === 1 && filters === outFilters;
    filters = outFilters;
    return hasShortcut ? (layers.add({ name: `${name}_add` }).apply([x, projected]) as SymbolicTensor) : projected;
  };

  const image = input({ shape: [inputSize, inputSize, channels] });
  let x = relu6(convolve(image, "stem", filters, 3, keepStride(2)));
  let block = 0;
  for (const { t, c, n, s } of bottlenecks) {
    const firstStride = keepStride(s);
    for (let i = 0; i < n; i++, block++) {
      x = invertedResidual(x, `block_${block}`, t, toChannels(c, width), i === 0 ? firstStride : 1);
    }
  }
  x = relu6(convolve(x, "head", headChannels, 1, 1));
  // [batch, headChannels]
  x = layers.globalAveragePooling2d({}).apply(x) as SymbolicTensor;
  const dense = layers.dense({ units: classes, kernelInitializer: kernel(), name: "classes" });
  return model({ inputs: image, outputs: dense.apply(x) as SymbolicTensor });
}

function normalize(x: SymbolicTensor, name: string): SymbolicTensor {
  // The authors' momentum is 0.997, for a million steps: moving statistics that follow a tenth of each batch's are right
  // after an epoch of a few hundred.
  return layers.batchNormalization({ momentum: 0.9, name: `${name}_bn` }).apply(x) as SymbolicTensor;
}

/** As an Activation: the ReLU layer clips in a second step, whose gradient takes seven times as long. */
function relu6(x: SymbolicTensor): SymbolicTensor {
  return layers.activation({ activation: "relu6" }).apply(x) as SymbolicTensor;
}

/** Scaled channels as a multiple of 8, as in the authors' code, never more than a tenth below what was asked. */
function toChannels(channels: number, width: number): number {
  const wanted = channels * width;
  const rounded = Math.max(8, Math.round(wanted / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}
