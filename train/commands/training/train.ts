// `edgescope train`: data, fit, compile, evaluate, pack, sign, and on request publish.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toUtf8 } from "../../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { sha256Hex } from "../../../src/base/sha256.ts";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import { signBundle } from "../../../src/bundle/signature/sign-bundle.ts";
import { compileGraph, type CompiledGraph } from "../../compile/compile-graph.ts";
import { toGraphFiles } from "../../compile/graph-files.ts";
import { cachePath } from "../../data/sets/cache-path.ts";
import type { Dataset } from "../../data/dataset.ts";
import { settleDecision } from "../../decide/settle-decision.ts";
import { evaluateForRelease } from "../../evaluate/evaluate-for-release.ts";
import { readCheckpoint, removeCheckpoint, saveCheckpoint, type RunIdentity } from "../../fit/weights/checkpoint.ts";
import { fit } from "../../fit/fit.ts";
import { toResources, writeBundleFolder } from "../../pack/bundle-folder.ts";
import { formatProportion } from "../../pack/format-figure.ts";
import { packBundle, type PackedBundle } from "../../pack/pack-bundle.ts";
import { toReadableJson } from "../../pack/readable-json.ts";
import { createImageStorage, MAX_MEMORY_BYTES } from "../../pipeline/image-storage.ts";
import { prepareDataset } from "../../pipeline/prepare-dataset.ts";
import { localSigningKey, readSigningKey } from "../../publish/signing-key.ts";
import type { Recipe } from "../../recipes/recipe.ts";
import { buildNetwork, type BackboneChoice } from "../../transfer/build-network.ts";
import { cacheBoth } from "../../transfer/cache-features.ts";
import { useWasmBackend } from "../../wasm-backend.ts";
import { checkBackend, type BackendName } from "../../backend.ts";
import { codeRevision } from "./code-revision.ts";
import { createTrainingReport } from "./training-report.ts";

/**
 * `checkpoints` is the folder where a run's state lies until its bundle has been written; then what each epoch gave is
 * there, for `edgescope evaluate --history`.
 */
export type TrainOptions = {
  data?: string;
  out?: string;
  key?: string;
  resume: boolean;
  checkpoints?: string;
  backend: BackendName;
  workers: number;
  /** The trained TF.js model that takes the place of the recipe's network, under a head of its own. */
  backbone?: BackboneChoice;
};

export async function train(
  recipe: Recipe,
  options: TrainOptions,
  signal: AbortSignal,
  output: NodeJS.WriteStream,
): Promise<Result<PackedBundle, Failure<string>>> {
  const { release, input, seed } = recipe;
  const { epochs, runs = 1, batchSize } = recipe.fit;
  const out = options.out ?? join("models", release.name);
  const key = await (options.key === undefined ? localSigningKey() : readSigningKey(options.key));
  if (!key.ok) return key;
  const backend = checkBackend(options.backend);
  if (!backend.ok) return backend;

  await useWasmBackend();
  const report = createTrainingReport(output, { epochs, runs }, () => performance.now());
  const built = await buildNetwork(recipe.network, input, seed, options.backbone);
  if (!built.ok) return built;
  const { trainee, whole, frozen, backbone } = built.value;
  // What cannot be exported is said before it is trained.
  const compilable = compileGraph(whole);
  if (!compilable.ok) return compilable;

  const loaded = await recipe.loadData(options.data, report.download);
  if (!loaded.ok) return loaded;
  const dataset = loaded.value;
  using storage = createImageStorage(MAX_MEMORY_BYTES, cachePath("prepared"));
  const { workers } = options;
  const inputs = await prepareDataset(dataset, recipe, storage, { workers, signal, onImage: report.image });
  if (!inputs.ok) return inputs;
  const { training, validation } = inputs.value;
  const run = await identify(recipe, dataset.sha256, backbone);
  const checkpointPath = join(options.checkpoints ?? ".edgescope/checkpoints", `${release.name}-${seed}.checkpoint`);
  const resumed = options.resume ? await readCheckpoint(checkpointPath, run) : undefined;
  if (resumed && !resumed.ok) return resumed;
  report.begin(release.name, seed, training.count, validation.count, resumed?.value.position);
  if (backbone)
    report.backbone(backbone, { frozen: frozen !== undefined, augmented: recipe.fit.augmentation !== undefined });

  const features = frozen
    ? await cacheBoth(frozen, inputs.value, storage, { signal, onPart: report.features })
    : inputs;
  if (!features.ok) return features;
  const fitted = await fit({
    model: trainee,
    task: dataset.task,
    classes: dataset.classes.length,
    ...features.value,
    // Features are computed once, so the images behind them cannot change from epoch to epoch.
    hyperParameters: frozen ? { ...recipe.fit, augmentation: undefined } : recipe.fit,
    seed,
    backend: options.backend,
    workers,
    resumeFrom: resumed?.value,
    signal,
    onBatch: report.batch,
    onEpoch: report.epoch,
    save: (state) => saveCheckpoint(checkpointPath, run, state),
  });
  if (!fitted.ok) {
    if (fitted.error.reason !== "interrupted") return fitted;
    return fail(
      "interrupted",
      `stopped; what was learnt is in ${checkpointPath}. Go on with the same command and --resume.`,
    );
  }
  const { bestEpoch, history, kept } = fitted.value;
  if (runs > 1) report.averaged(kept);

  const graph = compileGraph(whole);
  if (!graph.ok) return graph;
  const { name, sha256, licence, citation, classes } = dataset;
  const description: Omit<Manifest, "files" | "calibration" | "decision"> = {
    schemaVersion: 1,
    ...release,
    labels: classes.map((label) => ({ name: label })),
    input,
    graph: toGraphNames(graph.value, dataset.task, whole.outputs[0].shape.at(-1) === 1),
    training: {
      dataset: { name, sha256, licence, citation },
      recipe: release.name,
      seed,
      epochs,
      ...(runs > 1 && { runs }),
      batchSize,
      // Of the training images; a set with a validation split of its own gives none of them up.
      validationSplit: dataset.validation ? (dataset.validationShare ?? 0) : recipe.validationSplit,
      bestEpoch,
      revision: await codeRevision(),
      ...(backbone && { backbone }),
    },
  };
  const graphFiles = toGraphFiles(graph.value);
  const settled = await settleDecision(recipe.decision, description, graphFiles, inputs.value);
  if (!settled.ok) return settled;
  const { files, ...decided } = settled.value;
  const bundle = await packBundle(
    { ...description, ...decided },
    new Map([...graphFiles, ...files]),
    async (served) => {
      const evaluation = await evaluateForRelease(served, dataset, { seed, onProgress: report.evaluated() });
      report.accuracy(formatProportion(evaluation.accuracy));
      return evaluation;
    },
  );
  await writeBundleFolder(out, bundle, await signBundle(release.name, toResources(bundle), key.value));
  await removeCheckpoint(checkpointPath);
  await writeFile(`${checkpointPath}.history.json`, toReadableJson(history));
  report.written(out, bundle);
  return ok(bundle);
}

/** Labels that do not exclude each other have sigmoids, and so has a single logit for two labels. */
function toGraphNames(graph: CompiledGraph, task: Dataset["task"], isSingleLogit: boolean): Manifest["graph"] {
  return {
    file: "model.json",
    input: graph.inputName,
    logits: graph.logitsName,
    ...((task === "multilabel" || isSingleLogit) && { head: "sigmoid" }),
    ...(graph.featuresName !== undefined && { features: graph.featuresName }),
    ...(graph.classActivation && { classActivation: graph.classActivation }),
  };
}

/** A checkpoint fits a run only if everything that shapes its weights is the same. */
async function identify(
  recipe: Recipe,
  dataset: string,
  backbone: Manifest["training"]["backbone"],
): Promise<RunIdentity> {
  const { release, input, fit: hyperParameters, validationSplit, seed } = recipe;
  const recipeDigest = await sha256Hex(toUtf8(JSON.stringify({ input, hyperParameters, validationSplit, backbone })));
  return { recipe: release.name, recipeDigest, seed, dataset };
}
