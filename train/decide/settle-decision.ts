// From a compiled network to what its manifest says of calibration and decisions: the recipe's own words, or what its
// plan gives on the validation images.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { createModel } from "../../src/model/load-model.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";
import { sampleIndices } from "../evaluate/images/sample-indices.ts";
import { STRANGE_KINDS, strangeImages } from "../evaluate/images/strange-images.ts";
import type { Inputs } from "../fit/inputs.ts";
import { withManifest } from "../pack/pack-bundle.ts";
import { readImages } from "../pipeline/stored-images.ts";
import { fitDecision, type DecisionPlan, type FitDecisionReason, type FittedDecision } from "./fit-decision.ts";
import { collectOutputs, type Outputs } from "./outputs.ts";

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** `graph` names features only if the gate compares them: whoever serves the model need not fetch them otherwise. */
export type Settled = Pick<FittedDecision, "calibration" | "decision" | "files"> & Pick<Manifest, "graph">;

/** Enough for a covariance of MAX_FEATURES features. */
const MAX_TRAINING_IMAGES = 5000;

const STRANGE_IMAGES_A_KIND = 100;

/** `description` names the graph and the labels; its own calibration and decision are not looked at. */
export async function settleDecision(
  wanted: Manifest["decision"] | DecisionPlan,
  description: Omit<Manifest, "files" | "calibration" | "decision">,
  graphFiles: Files,
  { training, validation }: { training: Inputs; validation: Inputs },
): Promise<Result<Settled, Failure<FitDecisionReason>>> {
  const { features, ...graph } = description.graph;
  if (wanted.policy !== "fitted")
    return ok({ graph, calibration: { method: "none" }, decision: wanted, files: new Map() });
  const draft = await withManifest(withoutDecision(description), graphFiles);
  const created = createModel(draft);
  if (!created.ok) throw new Error(created.error.detail);
  const model = created.value;
  const outputsOf = (inputs: Inputs, indices = Array.from({ length: inputs.count }, (_, i) => i)): Outputs =>
    collectOutputs(model, indices.length, (i) => readImages(inputs.images, [indices[i]]));
  const strange = wanted.gate ? await strangeInputs(description.input) : [];
  const known = sampleIndices(training.count, MAX_TRAINING_IMAGES, description.training.seed);
  const gateData = wanted.gate && {
    training: outputsOf(training, known),
    trainingLabels: known.map((i) => training.labels[i]),
    strange: collectOutputs(model, strange.length, (i) => strange[i]),
  };
  const fitted = fitDecision(
    description,
    wanted,
    { outputs: outputsOf(validation), labels: validation.labels },
    gateData,
  );
  model.dispose();
  if (!fitted.ok) return fitted;
  const { calibration, decision, files } = fitted.value;
  const compares = decision.abstention.outOfDistribution?.method === "mahalanobis";
  return ok({ graph: { ...graph, ...(compares && features && { features }) }, calibration, decision, files });
}

/** A decision that any task's manifest may have, for a model that is asked for logits only. */
function withoutDecision(description: Omit<Manifest, "files" | "calibration" | "decision">): Omit<Manifest, "files"> {
  const operatingPoint = { chosenOn: "nothing", sensitivity: 0, specificity: 0 };
  const thresholds = description.labels.map(() => ({ threshold: 0.5, operatingPoint }));
  return {
    ...description,
    calibration: { method: "none" },
    decision:
      description.task === "multilabel"
        ? { policy: "thresholds", thresholds, abstention: {} }
        : { policy: "argmax", abstention: {} },
  };
}

async function strangeInputs(spec: Manifest["input"]): Promise<Float32Array[]> {
  const inputs: Float32Array[] = [];
  for (const kind of STRANGE_KINDS) {
    const { count, read } = strangeImages(kind, spec, STRANGE_IMAGES_A_KIND, "choosing");
    for (let i = 0; i < count; i++) {
      const pixels = await read(i);
      if (!pixels.ok) throw new Error(pixels.error.detail);
      inputs.push(preprocess(pixels.value, spec));
    }
  }
  return inputs;
}
