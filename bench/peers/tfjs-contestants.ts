// The same network in the product and on the stock WASM backend of TensorFlow.js: planned for our kernels and served as the
// product does it, as the same compiled graph without them, and as a layers model. Each `run` takes the pixels' floats and
// gives probabilities.

import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import { tensor4d, tidy, type Tensor } from "@tensorflow/tfjs-core";
import type { Quantisation } from "../../src/bundle/quantisation.ts";
import { toProbabilities } from "../../src/decision/probabilities.ts";
import { shapeOf, type Network } from "../networks/network.ts";
import { toCompiledGraph, toServedModel } from "../networks/served-model.ts";

export const OURS = "edgescope";
export const OURS_IN_EIGHT_BITS = "edgescope int8";

export function ourContestant(network: Network) {
  const served = toServedModel(network);
  return { name: OURS, run: () => toProbabilities(served.run(network.inputHwc)[0].logits, { method: "none" }) };
}

/** The same in 8 bits. */
export function ourContestantInEightBits(network: Network, quantisation: Quantisation) {
  const served = toServedModel(network, quantisation);
  return {
    name: OURS_IN_EIGHT_BITS,
    run: () => toProbabilities(served.run(network.inputHwc)[0].logits, { method: "none" }),
  };
}

export function stockGraphContestant(network: Network) {
  const { artifacts, inputName, logitsName } = toCompiledGraph(network);
  const { modelTopology, weightSpecs, weightData } = artifacts;
  const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
  const graph = loadGraphModelSync([{ format: "graph-model", modelTopology, weightsManifest }, weightData]);
  const run = () => {
    const logits = tidy(() => {
      const inputNhwc = tensor4d(network.inputHwc, [1, ...shapeOf(network)]);
      return (graph.execute({ [inputName]: inputNhwc }, logitsName) as Tensor).dataSync<"float32">();
    });
    return toProbabilities(logits, { method: "none" });
  };
  return { name: "tfjs graph", run };
}

export function layersContestant(network: Network) {
  const run = () =>
    tidy(() => {
      const inputNhwc = tensor4d(network.inputHwc, [1, ...shapeOf(network)]);
      return (network.model.predict(inputNhwc) as Tensor).dataSync<"float32">();
    });
  return { name: "tfjs layers", run };
}
