// A graph that the engine refuses, after it has made tensors of its weights.

import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { fromJsonBytes, toUtf8 } from "../../src/base/bytes.ts";
import { loadModel } from "../../src/model/load-model.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { averagingBundle } from "./averaging-bundle.ts";

beforeAll(() => useWasmBackend());

type Graph = {
  weightsManifest: { weights: { shape: unknown }[] }[];
  modelTopology: { node: { name: string; op: string; input?: string[] }[] };
};

test.each<[what: string, damage: (graph: Graph) => void]>([
  ["an operation that does not exist", ({ modelTopology: { node } }) => (node[node.length - 1].op = "Absent")],
  ["a node that feeds on one that is not there", ({ modelTopology: { node } }) => node.splice(0, 2)],
  [
    "a shape that says it has as many sides as there are numbers",
    ({ weightsManifest: [{ weights }], modelTopology }) => {
      weights[0].shape = { length: 2 ** 53, key: 0 };
      Object.assign(modelTopology, { node: null });
    },
  ],
  ["a filter without width", ({ weightsManifest: [{ weights }] }) => ((weights[0].shape as number[])[1] = 0)],
  ["no list of nodes", ({ modelTopology }) => Object.assign(modelTopology, { node: null })],
])("with %s is refused, and leaves no tensor behind", async (_, damage) => {
  const bundle = await averagingBundle();
  const graph = fromJsonBytes(bundle.files.get("model.json") ?? new Uint8Array()) as Graph;
  damage(graph);
  const before = memory().numTensors;
  const loaded = loadModel({
    ...bundle,
    files: new Map([...bundle.files, ["model.json", toUtf8(JSON.stringify(graph))]]),
  });
  expect(loaded).toMatchObject({ ok: false, error: { reason: "graph_invalid" } });
  expect(memory().numTensors).toBe(before);
});
