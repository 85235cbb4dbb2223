// `edgescope quantise`: a float32 bundle to one whose layers are computed in 8 bits, with a decision, an evaluation, golden
// vectors and a signature of its own.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { toQuantisationFile } from "../../src/bundle/quantisation.ts";
import { signBundle } from "../../src/bundle/signature/sign-bundle.ts";
import { currentHeap } from "../../src/model/plan/heap.ts";
import { cachePath } from "../data/sets/cache-path.ts";
import { settleDecision } from "../decide/settle-decision.ts";
import { evaluateForRelease } from "../evaluate/evaluate-for-release.ts";
import { createProgressLine } from "../fit/progress.ts";
import { readBundleFolder, toResources, writeBundleFolder } from "../pack/bundle-folder.ts";
import { formatFigure, formatProportion } from "../pack/format-figure.ts";
import { packBundle, type PackedBundle } from "../pack/pack-bundle.ts";
import { createImageStorage, MAX_MEMORY_BYTES } from "../pipeline/image-storage.ts";
import { prepareDataset } from "../pipeline/prepare-dataset.ts";
import { localSigningKey, readSigningKey } from "../publish/signing-key.ts";
import { pickCalibrationImages } from "../quantise/calibration-images.ts";
import { toEightBitFiles } from "../quantise/eight-bit-files.ts";
import { readFloatGraph } from "../quantise/float-graph.ts";
import { chooseQuantisation, type Chosen, type Outcome } from "../quantise/search/choose-quantisation.ts";
import { compareAnswers } from "../quantise/search/compare-answers.ts";
import type { Recipe } from "../recipes/recipe.ts";
import { useWasmBackend } from "../wasm-backend.ts";

export type QuantiseOptions = {
  data?: string;
  out?: string;
  key?: string;
  release?: string;
  /** How many images choose ranges. */
  images: number;
  /** Of the logits, over their variance. */
  error: number;
  /** The share of the validation images among them whose answers may be others. */
  changed: number;
  /** What their AUC may move by, up or down. */
  auc: number;
};

const FILE = "quantisation.json";

/** That answers to validation images move to one side by chance: 3 to 0 are too many, 4 to 1 are not. */
const LEAST_P = 0.3;

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
  progress.end(`${inputs.value.validation.count} validation images`);

  const { images, answered, truth } = pickCalibrationImages(inputs.value, options.images, manifest.training.seed);
  const chosen = chooseQuantisation(
    graph,
    heap,
    { count: images.length, at: (i) => images[i] },
    {
      logits: manifest.graph.logits,
      fixed: new Set(manifest.graph.classActivation && [manifest.graph.classActivation.kernel]),
      limits: { error: options.error, changed: options.changed, aucShift: options.auc, p: LEAST_P },
      compareAnswers: compareAnswers(manifest, truth),
      onProgress: ({ what, outcome, left, trials }) => {
        const next = trials > 0 ? `; next, at most ${trials} trials` : "";
        output.write(`${what}: ${describeOutcome(outcome)}, ${left} layers in float32${next}\n`);
      },
    },
  );
  if (!chosen) return fail("graph_unsupported", `the graph of ${folder} has no layer that our kernels take in 8 bits`);
  if (!chosen.isReached) {
    return fail(
      "accuracy_lost",
      `with as few layers in 8 bits as help, ${describeOutcome(chosen.outcome)}: allow more with --error, --changed or --auc`,
    );
  }
  output.write(describe(chosen));

  const { files: _, calibration: __, decision: ___, ...facts } = manifest;
  const description = {
    ...facts,
    version: options.release ?? `${manifest.version}-int8`,
    quantisation: {
      file: FILE,
      original: { version: manifest.version, sha256: original.value.digest },
      layers: countLayers(chosen),
      chosenOn: {
        images: images.length,
        validationImages: answered,
        logitError: chosen.outcome.error,
        answersChanged: chosen.outcome.changed ?? 0,
        mcnemarP: chosen.outcome.p ?? 1,
        aucShift: chosen.outcome.aucShift ?? 0,
      },
    },
  };
  const graphFiles = new Map([
    ...toEightBitFiles({ ...graph, constants: chosen.constants }, chosen.layers),
    [FILE, toQuantisationFile(chosen.quantisation)],
  ]);
  const settled = await settleDecision(
    keepingThreshold(recipe.decision, manifest),
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

/** The new bundle is to find what the old one finds; what is chosen anew on few images would differ by more than levels do. */
function keepingThreshold(
  wanted: Recipe["decision"],
  { calibration, decision }: Pick<Manifest, "calibration" | "decision">,
): Recipe["decision"] {
  if (wanted.policy !== "fitted" || calibration.method !== "temperature") return wanted;
  const { temperature } = calibration;
  if (decision.policy !== "threshold") return { ...wanted, temperature };
  return { ...wanted, temperature, operatingPoint: { aim: "threshold", at: decision.threshold } };
}

function countLayers({ layers, leftInFloat, quantisation: { values } }: Chosen) {
  const eightBits = layers.filter(({ reads }) => reads.some((read) => values.get(read)?.highest === 255)).length;
  return { sevenBits: layers.length - eightBits, eightBits, float32: leftInFloat.length };
}

function describe(chosen: Chosen): string {
  const { sevenBits, eightBits } = countLayers(chosen);
  const left = chosen.leftInFloat.join(", ") || "none";
  const counts = [...Map.groupBy(chosen.methods.values(), (method) => method)].map(
    ([method, { length }]) => `${length} by ${method}`,
  );
  return [
    `${sevenBits} layers on 7 bits, ${eightBits} on 8, left in float32: ${left}`,
    `ranges: ${counts.join(", ")}`,
    `${describeOutcome(chosen.outcome)}\n`,
  ].join("\n");
}

function describeOutcome({ error, changed, p, aucShift }: Outcome): string {
  const answers =
    changed === undefined ? "" : `, ${(100 * changed).toFixed(2)} % of the answers change (p ${p?.toFixed(2)})`;
  const auc = aucShift === undefined ? "" : `, AUC moves by ${aucShift.toFixed(4)}`;
  return `logits are off by ${error.toPrecision(3)} of their variance${answers}${auc}`;
}
