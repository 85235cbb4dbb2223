// A small residual network (He et al. 2016, "Deep Residual Learning for Image Recognition", sections 3 and 4.2),
// untrained, as a TF.js layers model. Activations follow the normalizations, so that a compiled graph folds them away.
import { initializers, input, layers, model, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";

/** The size of a network and where its weights start. */
export type ResNetOptions = {
  /** Height and width of the image, in pixels. */
  inputSize: number;
  channels: number;
  classes: number;
  /** Channels of each stage; every stage after the first halves the resolution. */
  widths: readonly number[];
  /** Residual blocks of two 3x3 convolutions each. */
  blocksPerStage: number;
  /** How much smaller the first stage is than the image, along each side: 1, 2, or 4 as in the paper. */
  stemStride?: 1 | 2 | 4;
  /** Decides every initial weight. */
  seed: number;
};

/** A network from images [batch, inputSize, inputSize, channels] to logits [batch, classes]. */
export function resNet(options: ResNetOptions): LayersModel {
  const { inputSize, channels, classes, widths, blocksPerStage, stemStride = 1, seed } = options;
  let nextSeed = seed;
  const convolve = (x: SymbolicTensor, name: string, filters: number, kernelSize: number, strides: number) => {
    const kernelInitializer = initializers.heNormal({ seed: nextSeed++ });
    const config = { filters, kernelSize, strides, padding: "same", useBias: false, kernelInitializer } as const;
    return layers.conv2d({ ...config, name }).apply(x) as SymbolicTensor;
  };
  const residual = (x: SymbolicTensor, name: string, filters: number, strides: number) => {
    const first = relu(normalize(convolve(x, `${name}_conv_0`, filters, 3, strides), `${name}_bn_0`));
    const branch = normalize(convolve(first, `${name}_conv_1`, filters, 3, 1), `${name}_bn_1`, true);
    // The paper's option B: a projection where the shapes differ.
    const changes = strides !== 1 || x.shape[3] !== filters;
    const shortcut = changes
      ? normalize(convolve(x, `${name}_shortcut`, filters, 1, strides), `${name}_shortcut_bn`)
      : x;
    return relu(layers.add({ name: `${name}_add` }).apply([shortcut, branch]) as SymbolicTensor);
  };

  const image = input({ shape: [inputSize, inputSize, channels] });
  let x = relu(normalize(convolve(image, "stem", widths[0], 3, Math.min(stemStride, 2)), "stem_bn"));
  if (stemStride === 4) {
    const pool = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same", name: "stem_pool" });
    x = pool.apply(x) as SymbolicTensor;
  }
  for (const [stage, filters] of widths.entries()) {
    for (let block = 0; block < blocksPerStage; block++) {
      x = residual(x, `stage_${stage}_block_${block}`, filters, stage > 0 && block === 0 ? 2 : 1);
    }
  }
  // [batch, last of widths]
  x = layers.globalAveragePooling2d({ name: "pool" }).apply(x) as SymbolicTensor;
  const kernelInitializer = initializers.glorotUniform({ seed: nextSeed });
  const logits = layers.dense({ units: classes, kernelInitializer, name: "logits" }).apply(x) as SymbolicTensor;
  return model({ inputs: image, outputs: logits });
}

/**
 * Moving statistics follow a tenth of each batch's, as in the authors' code: Keras' hundredth is far behind after an
 * epoch of a few hundred batches. A block that ends in gamma zero begins as the identity (Goyal et al. 2017, section 5.1).
 */
function normalize(x: SymbolicTensor, name: string, beginsAtZero = false): SymbolicTensor {
  const gammaInitializer = beginsAtZero ? "zeros" : "ones";
  return layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, gammaInitializer, name }).apply(x) as SymbolicTensor;
}

function relu(x: SymbolicTensor): SymbolicTensor {
  return layers.reLU({}).apply(x) as SymbolicTensor;
}
