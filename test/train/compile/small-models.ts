// Small models to compile, on images of an odd size.
import { layers, sequential, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { randomizeWeights } from "./random-weights.ts";

type Layer = layers.Layer;

/** A sequential model of images [batch, 11, 9, 3] with seeded weights. */
export function chain(stack: Layer[], gain = 1): LayersModel {
  const inputLayer = layers.inputLayer({ inputShape: [11, 9, 3] });
  return randomizeWeights(sequential({ layers: [inputLayer, ...stack] }), gain);
}

/** A convolution of eight 3x3 filters, unless the configuration says otherwise. */
export function conv(config: Partial<Parameters<typeof layers.conv2d>[0]> = {}): Layer {
  return layers.conv2d({ filters: 8, kernelSize: 3, ...config });
}

/** Zeros around the image. */
export function pad(top: number, bottom: number, left: number, right: number): Layer {
  return layers.zeroPadding2d({
    padding: [
      [top, bottom],
      [left, right],
    ],
  });
}

/** What a layer makes of a symbolic tensor. */
export function apply(layer: Layer, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}
