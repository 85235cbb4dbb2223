// A verified bundle to a Model: the graph and weights go to the current TensorFlow.js backend, and the golden vectors
// are replayed before anyone may use the model.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import { givesLogits, type DenseHead } from "../bundle/class-activation.ts";
import {
  agreesWithGolden,
  GOLDEN_TOLERANCE,
  GOLDEN_TOLERANCE_ON_LEVELS,
  goldenSamples,
  parseGolden,
} from "../bundle/golden.ts";
import { parseFeatureStatistics } from "../bundle/feature-statistics.ts";
import type { InputSpec } from "../bundle/manifest.ts";
import type { Bundle } from "../bundle/signature/verify-bundle.ts";
import { preprocess } from "../preprocess/preprocess.ts";
import { loadGraph, type LoadedGraph } from "./load-graph.ts";
import type { Model } from "./model.ts";

export type LoadReason =
  | "graph_invalid"
  | "golden_invalid"
  | "golden_mismatch"
  | "statistics_invalid"
  | "class_activation_invalid";

/** Loads onto whichever backend is set. A model that fails is disposed of before the failure is returned. */
export function loadModel(bundle: Bundle): Result<Model, Failure<LoadReason>> {
  const steps = loadInSteps(bundle);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same with a pause before each run of the graph, in which whoever has a model may run it. */
export async function loadModelWithPauses(
  bundle: Bundle,
  pause: () => Promise<unknown>,
): Promise<Result<Model, Failure<LoadReason>>> {
  const steps = loadInSteps(bundle);
  let step = steps.next();
  while (!step.done) {
    await pause();
    step = steps.next();
  }
  return step.value;
}

/** Yields before each run of the graph, and returns when it may be used. */
function* loadInSteps(bundle: Bundle): Generator<undefined, Result<Model, Failure<LoadReason>>, undefined> {
  const golden = parseGolden(bundle.files.get("golden.json") ?? new Uint8Array());
  if (!golden.ok) return golden;
  const created = createModel(bundle);
  if (!created.ok) return created;
  const model = created.value;
  try {
    for (const { seed, logits, logitsInFloat32 = logits } of golden.value.vectors) {
      yield;
      const [expected, tolerance] = model.usesLevels
        ? [logits, GOLDEN_TOLERANCE_ON_LEVELS]
        : [logitsInFloat32, GOLDEN_TOLERANCE];
      if (!agreesWithGolden(model.run(goldenInput(seed, model.manifest.input))[0].logits, expected, tolerance)) {
        model.dispose();
        return fail("golden_mismatch", "the model does not compute what it computed when it was released");
      }
    }
    yield;
    const inner = checkInnerOutputs(model);
    if (!inner.ok) {
      model.dispose();
      return inner;
    }
  } catch {
    model.dispose();
    return fail("graph_invalid", "the bundle's graph cannot be executed");
  }
  return ok(model);
}

/** What the manifest says of the graph's inner nodes must hold for one image at least. */
function checkInnerOutputs(
  model: Model,
): Result<undefined, Failure<"statistics_invalid" | "class_activation_invalid">> {
  const { featureStatistics, classActivation, manifest } = model;
  if (!featureStatistics && !classActivation) return ok(undefined);
  const [output] = model.run(goldenInput(1, manifest.input), { featureMap: classActivation !== undefined });
  if (featureStatistics && output.features?.length !== featureStatistics.features)
    return fail("statistics_invalid", "the feature statistics are not of as many features as the graph gives");
  if (classActivation && !(output.featureMap && givesLogits(output.featureMap, classActivation, output.logits)))
    return fail("class_activation_invalid", "the feature map's mean does not give the logits");
  return ok(undefined);
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
export function createModel(
  bundle: Bundle,
): Result<Model, Failure<"graph_invalid" | "statistics_invalid" | "class_activation_invalid">> {
  const { manifest, digest } = bundle;
  const { graph: names } = manifest;
  const gate = manifest.decision.abstention.outOfDistribution;
  const statistics = gate?.method === "mahalanobis" ? readStatistics(bundle, gate.file) : ok(undefined);
  if (!statistics.ok) return statistics;
  const graph = tryToLoad(bundle);
  if (!graph) return fail("graph_invalid", "the bundle's graph cannot be loaded");
  const head = names.classActivation && readHead(graph, names.classActivation);
  if (names.classActivation && !head) {
    graph.dispose();
    return fail("class_activation_invalid", "the graph has no weights of the names that the manifest gives");
  }
  return ok({
    manifest,
    digest,
    run: (inputNhwc, options) => graph.run(inputNhwc, options),
    ...(statistics.value && { featureStatistics: statistics.value }),
    ...(head && { classActivation: head }),
    ...(graph.usesLevels && { usesLevels: true }),
    addedBytes: graph.addedBytes,
    dispose: () => graph.dispose(),
  });
}

const readStatistics = ({ files }: Bundle, path: string) => parseFeatureStatistics(files.get(path) ?? new Uint8Array());

function tryToLoad(bundle: Bundle): LoadedGraph | undefined {
  const { classActivation } = bundle.manifest.graph;
  try {
    return loadGraph(bundle, classActivation ? [classActivation.kernel, classActivation.bias] : []);
  } catch {
    // The graph is signed, so this is a bundle of a newer or broken exporter; TensorFlow.js says so only by throwing.
    return undefined;
  }
}

function readHead(
  graph: Pick<LoadedGraph, "weights">,
  names: NonNullable<Bundle["manifest"]["graph"]["classActivation"]>,
): DenseHead | undefined {
  const [kernel, bias] = [names.kernel, names.bias].map((name) => graph.weights.get(name));
  return kernel && bias && { kernel, bias };
}
