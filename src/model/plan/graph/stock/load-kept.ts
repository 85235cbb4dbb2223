// A graph for TensorFlow.js to run.

import { loadGraphModelSync, type GraphModel } from "@tensorflow/tfjs-converter";
import { keep, tidy, type io } from "@tensorflow/tfjs-core";

/** Throws what TensorFlow.js throws, and leaves no tensor of a graph that it refuses: it makes those of the weights first. */
export function loadKept(artifacts: [io.ModelJSON, ArrayBuffer]): GraphModel<io.IOHandlerSync> {
  let graph: GraphModel<io.IOHandlerSync> | undefined;
  tidy(() => {
    graph = loadGraphModelSync(artifacts);
    for (const tensor of Object.values(graph.weights).flat()) keep(tensor);
  });
  if (!graph) throw new Error("the graph has not been loaded");
  return graph;
}
