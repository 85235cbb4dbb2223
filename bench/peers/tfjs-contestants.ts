// The same network as TensorFlow.js contestants on the WASM backend: compiled and served as the product does it, and as
// the stock layers model. Each `run` takes the pixels' floats and gives probabilities.

import { tensor4d, tidy, type Tensor } from "@tensorflow/tfjs-core";
import type { Bundle } from "../../src/bundle/verify-bundle.ts";
import { toProbabilities } from "../../src/decision/probabilities.ts";
import { createModel } from "../../src/model/load-model.ts";
import { compileGraph } from "../../train/compile/compile-graph.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import { shapeOf, type Network } from "../networks/network.ts";

export function compiledContestant({ model, spec, inputHwc }: Network) {
  const compiled = compileGraph(model);
  if (!compiled.ok) throw new Error(compiled.error.detail);
  const { inputName, logitsName } = compiled.value;
  const graph = { file: "model.json", input: inputName, logits: logitsName };
  // Running a graph reads no more of a manifest than this.
  const decision = { policy: "argmax", abstention: {} } as const;
  const manifest = { input: spec, graph, decision } as Bundle["manifest"];
  const created = createModel({ manifest, digest: "", files: toGraphFiles(compiled.value) });
  if (!created.ok) throw new Error(created.error.detail);
  const served = created.value;
  return { name: "compiled", run: () => toProbabilities(served.run(inputHwc)[0].logits, { method: "none" }) };
}

export function layersContestant(network: Network) {
  const run = () =>
    tidy(() => {
      const inputNhwc = tensor4d(network.inputHwc, [1, ...shapeOf(network)]);
      return (network.model.predict(inputNhwc) as Tensor).dataSync<"float32">();
    });
  return { name: "tfjs layers", run };
}
