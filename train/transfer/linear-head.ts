// The smallest head: one dense layer on pooled features.

import { initializers, layers, type SymbolicTensor } from "@tensorflow/tfjs-layers";

/** [batch, features] to logits [batch, classes]. */
export function linearHead(features: SymbolicTensor, classes: number, seed: number): SymbolicTensor {
  const kernelInitializer = initializers.glorotUniform({ seed });
  return layers.dense({ units: classes, kernelInitializer, name: "edgescope_head" }).apply(features) as SymbolicTensor;
}
