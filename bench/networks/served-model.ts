// A network as the product serves it: compiled, and on the backend in use.

import { toQuantisationFile, type Quantisation } from "../../src/bundle/quantisation.ts";
import type { Bundle } from "../../src/bundle/signature/verify-bundle.ts";
import { createModel } from "../../src/model/load-model.ts";
import type { Model } from "../../src/model/model.ts";
import { compileGraph, type CompiledGraph } from "../../train/compile/compile-graph.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import type { Network } from "./network.ts";

export function toCompiledGraph({ model }: Pick<Network, "model">): CompiledGraph {
  const compiled = compileGraph(model);
  if (!compiled.ok) throw new Error(compiled.error.detail);
  return compiled.value;
}

/** `quantisation` is of the compiled graph; without it all is float32. */
export function toServedModel(network: Pick<Network, "model" | "spec">, quantisation?: Quantisation): Model {
  const compiled = toCompiledGraph(network);
  const { inputName, logitsName, classActivation } = compiled;
  const graph = {
    file: "model.json",
    input: inputName,
    logits: logitsName,
    ...(classActivation && { classActivation }),
  };
  // Running a graph reads no more of a manifest than this.
  const decision = { policy: "argmax", abstention: {} } as const;
  const file = "quantisation.json";
  const manifest = {
    input: network.spec,
    graph,
    decision,
    ...(quantisation && { quantisation: { file, original: { version: "", sha256: "" } } }),
  } as Bundle["manifest"];
  const files = new Map(toGraphFiles(compiled));
  if (quantisation) files.set(file, toQuantisationFile(quantisation));
  const created = createModel({ manifest, digest: "", files });
  if (!created.ok) throw new Error(created.error.detail);
  return created.value;
}
