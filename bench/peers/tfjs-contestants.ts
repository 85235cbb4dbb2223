// The same network as TensorFlow.js contestants on the WASM backend: compiled and served as the product does it, and as
// the stock layers model. Each `run` takes the pixels' floats and gives probabilities.

import { tensor4d, tidy, type Tensor } from "@tensorflow/tfjs-core";
import { toProbabilities } from "../../src/decision/probabilities.ts";
import { shapeOf, type Network } from "../networks/network.ts";
import { toServedModel } from "../networks/served-model.ts";

export function compiledContestant(network: Network) {
  const served = toServedModel(network);
  return { name: "compiled", run: () => toProbabilities(served.run(network.inputHwc)[0].logits, { method: "none" }) };
}

export function layersContestant(network: Network) {
  const run = () =>
    tidy(() => {
      const inputNhwc = tensor4d(network.inputHwc, [1, ...shapeOf(network)]);
      return (network.model.predict(inputNhwc) as Tensor).dataSync<"float32">();
    });
  return { name: "tfjs layers", run };
}
