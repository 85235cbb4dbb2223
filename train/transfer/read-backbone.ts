// A trained TF.js model on disk, of layers or as a graph, as a network of layers that can be cut, trained and compiled.

import { loadLayersModel, type LayersModel } from "@tensorflow/tfjs-layers";
import type { io } from "@tensorflow/tfjs-core";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { readGraph } from "./graph/read-graph.ts";
import type { GraphReason } from "./graph/reading.ts";
import { toLayers } from "./graph/to-layers.ts";
import { createWeightReader, readModelFiles, type FileReason, type ModelFiles } from "./read-model-files.ts";

/** `sha256` is of model.json and the weight files, one after the other. */
export type Backbone = { model: LayersModel; sha256: string };

/** Names of a layer or node: where the new head begins, and up to where the backbone stays as it is. */
export type BackboneNames = { features?: string; cut?: string };

/** What walks over layers is recursive. */
const MAX_LAYERS = 2000;

/** `size` is of the images, for a graph that takes any. */
export async function readBackbone(
  folder: string,
  size: { height: number; width: number },
  { features, cut }: BackboneNames,
): Promise<Result<Backbone, Failure<FileReason | GraphReason>>> {
  const files = await readModelFiles(folder);
  if (!files.ok) return files;
  const { topology, outputs, sha256 } = files.value;
  const isGraph = Array.isArray(topology["node"]);
  if (!isGraph) return toBackbone(await loadLayers(files.value, folder), sha256);
  const weightOf = createWeightReader(files.value);
  const graph = readGraph(topology, { weightOf, outputs, size, end: features, cut });
  return graph.ok ? toBackbone(toLayers(graph.value), sha256) : graph;
}

function toBackbone<Reason extends string>(
  model: Result<LayersModel, Failure<Reason>>,
  sha256: string,
): Result<Backbone, Failure<Reason | "backbone_invalid">> {
  if (!model.ok) return model;
  return model.value.layers.length <= MAX_LAYERS
    ? ok({ model: model.value, sha256 })
    : fail("backbone_invalid", `the backbone has more than ${MAX_LAYERS} layers`);
}

async function loadLayers(
  { topology, specs, weights }: ModelFiles,
  folder: string,
): Promise<Result<LayersModel, Failure<"backbone_invalid">>> {
  try {
    const artifacts: io.ModelArtifacts = {
      modelTopology: withoutInitializers(topology) as io.ModelArtifacts["modelTopology"] & object,
      weightSpecs: specs as io.WeightsManifestEntry[],
      weightData: weights.buffer,
    };
    return ok(await loadLayersModel({ load: async () => artifacts }));
  } catch {
    // TensorFlow.js says what it cannot read only by throwing.
    return fail("backbone_invalid", `${folder} holds a model that TensorFlow.js layers cannot load`);
  }
}

/** Every weight is read from its file, so that none has to be made of random numbers before, however large it claims to be. */
function withoutInitializers(config: unknown): unknown {
  if (Array.isArray(config)) return config.map(withoutInitializers);
  if (typeof config !== "object" || config === null) return config;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      key.endsWith("_initializer") ? { class_name: "Zeros", config: {} } : withoutInitializers(value),
    ]),
  );
}
