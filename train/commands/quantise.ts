// `edgescope quantise`: a float32 bundle to one whose layers are computed in 8 bits, with a decision, an evaluation, golden
// vectors and a signature of its own.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { toQuantisationFile } from "../../src/bundle/quantisation.ts";
import { signBundle } from "../../src/bundle/signature/sign-bundle.ts";
import { currentHeap } from "../../src/model/plan/heap.ts";
import { cachePath } from "../data/cache-path.ts";
import { settleDecision } from "../decide/settle-decision.ts";
import { evaluateForRelease } from "../evaluate/evaluate-for-release.ts";
import { sampleIndices } from "../evaluate/sample-indices.ts";
import { createProgressLine } from "../fit/progress.ts";
import type { Inputs } from "../fit/inputs.ts";
import { readBundleFolder, toResources, writeBundleFolder } from "../pack/bundle-folder.ts";
import { formatFigure, formatProportion } from "../pack/format-figure.ts";
import { packBundle, type PackedBundle } from "../pack/pack-bundle.ts";
import { createImageStorage, MAX_MEMORY_BYTES } from "../pipeline/image-storage.ts";
import { prepareDataset } from "../pipeline/prepare-dataset.ts";
import { readImages } from "../pipeline/stored-images.ts";
import { localSigningKey, readSigningKey } from "../publish/signing-key.ts";
import { chooseQuantisation, type Chosen } from "../quantise/choose-quantisation.ts";
import { toEightBitFiles } from "../quantise/eight-bit-files.ts";
import { readFloatGraph } from "../quantise/float-graph.ts";
import type { Recipe } from "../recipes/recipe.ts";
import { useWasmBackend } from "../wasm-backend.ts";

export type QuantiseOptions = {
  data?: string;
  out?: string;
  key?: string;
  release?: string;
  /** How many validation images choose ranges. */
  images: number;
  /** Of the logits, over their variance. */
  error: number;
};

const FILE = "quantisation.json";

/** `recipeOf` gives the recipe of a name, if there is one: its data and its decision plan are used. */
export async function quantise(
  folder: string,
  options: QuantiseOptions,
  recipeOf: (name: string) => Promise<Recipe> | undefined,
  signal: AbortSignal,
  output: NodeJS.WriteStream,
): Promise<Result<PackedBundle, Failure<string>>> {
  const key = await (options.key === undefined ? localSigningKey() : readSigningKey(options.key));
  if (!key.ok) return key;
  const original = await readBundleFolder(folder);
  if (!original.ok) return original;
  const { manifest } = original.value;
  if (manifest.quantisation) return fail("quantised_already", `${folder} has layers of 8 bits already`);
  const recipe = await recipeOf(manifest.name);
  if (!recipe) return fail("recipe_unknown", `${manifest.name} has no recipe, so its decision cannot be fitted again`);

  await useWasmBackend();
  const heap = currentHeap();
  const graph = readFloatGraph(manifest, original.value.files);
  if (!heap || !graph) return fail("graph_unsupported", `the graph of ${folder} cannot be planned for our kernels`);
  const progress = createProgressLine("read", output, () => performance.now());
  const loaded = await recipe.loadData(options.data, () => undefined);
  if (!loaded.ok) return loaded;
  using storage = createImageStorage(MAX_MEMORY_BYTES, cachePath("prepared"));
  const inputs = await prepareDataset(loaded.value, { ...recipe, input: manifest.input }, storage, {
    workers: availableParallelism(),
    signal,
    onImage: (done, total) => progress.update(done / total, `${done} of ${total} images`),
  });
  if (!inputs.ok) return inputs;
  const { validation } = inputs.value;
  progress.end(`${validation.count} validation images`);

  const chosen = chooseQuantisation(graph, heap, calibrationImages(validation, options.images, manifest), {
    logits: manifest.graph.logits,
    fixed: new Set(manifest.graph.classActivation && [manifest.graph.classActivation.kernel]),
    errorAtMost: options.error,
    onProgress: (what, error) => output.write(`${what}: error ${formatError(error)}\n`),
  });
  if (!chosen) return fail("graph_unsupported", `the graph of ${folder} has no layer that our kernels take in 8 bits`);
  output.write(describe(chosen));

  const { files: _, calibration: __, decision: ___, ...facts } = manifest;
  const description = {
    ...facts,
    version: options.release ?? `${manifest.version}-int8`,
    quantisation: { file: FILE, original: { version: manifest.version, sha256: original.value.digest } },
  };
  const graphFiles = new Map([
    ...toEightBitFiles({ ...graph, constants: chosen.constants }, chosen.layers),
    [FILE, toQuantisationFile(chosen.quantisation)],
  ]);
  const settled = await settleDecision(
    keepingThreshold(recipe.decision, manifest.decision),
    description,
    graphFiles,
    inputs.value,
  );
  if (!settled.ok) return settled;
  const { files, ...decided } = settled.value;
  const evaluating = createProgressLine("evaluate", output, () => performance.now());
  const bundle = await packBundle(
    { ...description, ...decided },
    new Map([...graphFiles, ...files]),
    async (served) => {
      const evaluation = await evaluateForRelease(served, loaded.value, {
        seed: manifest.training.seed,
        onProgress: (done, total) => evaluating.update(done / total, `${done} of ${total} predictions`),
      });
      evaluating.end(
        `accuracy ${formatProportion(evaluation.accuracy)}, AUC ${formatFigure(evaluation.overall.macroAuc)}`,
      );
      return evaluation;
    },
  );
  const out = options.out ?? join("models", `${manifest.name}-int8`);
  await writeBundleFolder(out, bundle, await signBundle(manifest.name, toResources(bundle), key.value));
  output.write(`${out}: ${manifest.name} ${bundle.manifest.version}, ${bundle.digest}\n`);
  return ok(bundle);
}

/** The new bundle is to find what the old one finds; thresholds chosen anew on few images would differ by more than levels do. */
function keepingThreshold(wanted: Recipe["decision"], original: Manifest["decision"]): Recipe["decision"] {
  if (wanted.policy !== "fitted" || original.policy !== "threshold") return wanted;
  return { ...wanted, operatingPoint: { aim: "threshold", at: original.threshold } };
}

/** The same ones for the same seed. */
function calibrationImages(validation: Inputs, count: number, { training }: Manifest) {
  const indices = sampleIndices(validation.count, count, training.seed);
  const images = indices.map((index) => readImages(validation.images, [index]));
  return { count: images.length, at: (i: number) => images[i] };
}

function describe({ layers, leftInFloat, methods, quantisation, error }: Chosen): string {
  const wide = [...quantisation.values.values()].filter(({ highest }) => highest === 255).length;
  const counts = [...Map.groupBy(methods.values(), (method) => method)].map(
    ([method, { length }]) => `${length} by ${method}`,
  );
  return [
    `${layers.length} layers in 8 bits${leftInFloat.length > 0 ? `, left in float32: ${leftInFloat.join(", ")}` : ""}`,
    `ranges: ${counts.join(", ")}; ${wide} of ${methods.size} of 8 bits, the others of 7`,
    `error of the logits ${formatError(error)} of their variance\n`,
  ].join("\n");
}

const formatError = (error: number): string => error.toPrecision(3);
