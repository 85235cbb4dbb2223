// A verified bundle to a Model: the graph and weights go to the current TensorFlow.js backend, and the golden vectors
// are replayed before anyone may use the model.

import { loadGraphModelSync, type GraphModel } from "@tensorflow/tfjs-converter";
import { tensor4d, tidy, type io } from "@tensorflow/tfjs-core";
import { concatBytes, fromJsonBytes } from "../base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../base/result.ts";
import { agreesWithGolden, goldenSamples, parseGolden } from "../bundle/golden.ts";
import { parseFeatureStatistics, type FeatureStatistics } from "../bundle/feature-statistics.ts";
import type { InputSpec } from "../bundle/manifest.ts";
import type { Bundle } from "../bundle/verify-bundle.ts";
import { preprocess } from "../preprocess/preprocess.ts";
import type { Model } from "./model.ts";

export type LoadReason = "graph_invalid" | "golden_invalid" | "golden_mismatch" | "statistics_invalid";

/** Loads onto whichever backend is set. A model that fails is disposed of before the failure is returned. */
export function loadModel(bundle: Bundle): Result<Model, Failure<LoadReason>> {
  const golden = parseGolden(bundle.files.get("golden.json") ?? new Uint8Array());
  if (!golden.ok) return golden;
  const created = createModel(bundle);
  if (!created.ok) return created;
  const model = created.value;
  try {
    for (const { seed, logits } of golden.value.vectors) {
      if (!agreesWithGolden(model.run(goldenInput(seed, model.manifest.input))[0].logits, logits)) {
        model.dispose();
        return fail("golden_mismatch", "the model does not compute what it computed when it was released");
      }
    }
    if (!hasComparableFeatures(model)) {
      model.dispose();
      return fail("statistics_invalid", "the feature statistics are not of as many features as the graph gives");
    }
  } catch {
    model.dispose();
    return fail("graph_invalid", "the bundle's graph cannot be executed");
  }
  return ok(model);
}

function hasComparableFeatures(model: Model): boolean {
  if (!model.featureStatistics) return true;
  const [{ features }] = model.run(goldenInput(1, model.manifest.input));
  return features?.length === model.featureStatistics.features;
}

/** Generated samples go through preprocessing, so that the replay covers it too. */
export function goldenInput(seed: number, spec: InputSpec): Float32Array {
  const channels = spec.colour === "grey" ? 1 : 3;
  const { width, height } = spec;
  return preprocess(
    { width, height, channels, data: goldenSamples(seed, width * height * channels), maxValue: 255 },
    spec,
  );
}

/** Loads a graph whose golden vectors are still to be made; whoever serves a model calls `loadModel`. */
export function createModel(bundle: Bundle): Result<Model, Failure<"graph_invalid" | "statistics_invalid">> {
  const gate = bundle.manifest.decision.abstention.outOfDistribution;
  const statistics = gate?.method === "mahalanobis" ? readStatistics(bundle, gate.file) : ok(undefined);
  if (!statistics.ok) return statistics;
  const graph = loadGraph(bundle);
  return graph
    ? ok(toModel(bundle, graph, statistics.value))
    : fail("graph_invalid", "the bundle's graph cannot be loaded");
}

const readStatistics = ({ files }: Bundle, path: string) => parseFeatureStatistics(files.get(path) ?? new Uint8Array());

function loadGraph({ manifest, files }: Bundle): GraphModel<io.IOHandlerSync> | undefined {
  try {
    const modelJson = fromJsonBytes(files.get(manifest.graph.file) ?? new Uint8Array()) as io.ModelJSON;
    const shards = modelJson.weightsManifest.flatMap((group) =>
      group.paths.map((path) => files.get(path) ?? new Uint8Array()),
    );
    return loadGraphModelSync([modelJson, concatBytes(shards).buffer]);
  } catch {
    // The graph is signed, so this is a bundle of a newer or broken exporter; TensorFlow.js says so only by throwing.
    return undefined;
  }
}

function toModel(
  { manifest, digest }: Bundle,
  graph: GraphModel<io.IOHandlerSync>,
  featureStatistics: FeatureStatistics | undefined,
): Model {
  const { input, graph: names } = manifest;
  const shapeHwc: [number, number, number] = [input.height, input.width, input.colour === "grey" ? 1 : 3];
  const inputLength = shapeHwc[0] * shapeHwc[1] * shapeHwc[2];
  const outputs = names.features === undefined ? [names.logits] : [names.logits, names.features];
  return {
    manifest,
    digest,
    run: (inputNhwc) =>
      tidy(() => {
        const images = inputNhwc.length / inputLength;
        const input4d = tensor4d(inputNhwc, [images, ...shapeHwc]);
        const executed = graph.execute({ [names.input]: input4d }, outputs); // [images, labels], [images, features]
        const [logits, features] = (Array.isArray(executed) ? executed : [executed]).map((rows) =>
          toRows(rows.dataSync<"float32">(), images),
        );
        return logits.map((row, i) => ({ logits: row, ...(features && { features: features[i] }) }));
      }),
    ...(featureStatistics && { featureStatistics }),
    dispose: () => graph.dispose(),
  };
}

function toRows(values: Float32Array, rows: number): Float32Array[] {
  const length = values.length / rows;
  return Array.from({ length: rows }, (_, i) => values.subarray(i * length, (i + 1) * length));
}
