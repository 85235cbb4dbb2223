// A Worker that runs a network as often as it is told, by the product's kernels in float32 and in 8 bits, by their plain
// build, or by the stock backend: the clock stands still while a Worker computes, so whoever posts holds the watch.

import engine from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?module";
import { tensor4d, tidy, type Tensor } from "@tensorflow/tfjs-core";
import plain from "../../src/model/kernels/kernels-plain.wasm?module";
import relaxed from "../../src/model/kernels/kernels-relaxed.wasm?module";
import { loadKept } from "../../src/model/plan/graph/stock/load-kept.ts";
import { currentHeap, useKernels } from "../../src/model/plan/heap.ts";
import { useWasmBackend } from "../../src/model/wasm-backend.ts";
import { planGraph, type NetworkGraph } from "./plan-network.ts";
import { unpackNetwork } from "./packed-network.ts";

type Runner = () => Float32Array;

let runners: Record<string, Runner> = {};

// oxlint-disable-next-line import/no-default-export -- workerd takes a Worker's handlers from there
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/load") {
      runners = await load(await request.arrayBuffer());
      return Response.json(Object.keys(runners));
    }
    const run = runners[searchParams.get("runner") ?? ""];
    const times = Number(searchParams.get("times"));
    let logits: Float32Array | undefined;
    for (let i = 0; i < times; i++) logits = run?.();
    return Response.json([...(logits ?? [])]);
  },
};

async function load(packed: ArrayBuffer): Promise<Record<string, Runner>> {
  const { graph: quantised, image } = unpackNetwork(packed);
  const { quantisation: _, ...graph } = quantised;
  await useWasmBackend(engine);
  return {
    edgescope: planned(graph, image, relaxed),
    "edgescope int8": planned(quantised, image, relaxed),
    "edgescope, plain SIMD": planned(graph, image, plain),
    "tfjs graph": stock(graph, image),
  };
}

function planned(graph: NetworkGraph, image: Float32Array, module: WebAssembly.Module): Runner {
  useKernels(module);
  const heap = currentHeap();
  if (!heap) throw new Error("the backend has no kernels");
  const plan = planGraph(graph, heap);
  return () => {
    plan.run(image, 0);
    return plan.read(graph.logitsName);
  };
}

function stock(
  { modelTopology, weightSpecs, weightData, inputName, logitsName, shapeHwc }: NetworkGraph,
  image: Float32Array,
): Runner {
  const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
  const graph = loadKept([{ format: "graph-model", modelTopology, weightsManifest }, weightData]);
  return () =>
    tidy(() => {
      const inputNhwc = tensor4d(image, [1, ...shapeHwc]);
      return (graph.execute({ [inputName]: inputNhwc }, logitsName) as Tensor).dataSync<"float32">();
    });
}
