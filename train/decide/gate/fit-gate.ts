// The gate of a trained network: energy or Mahalanobis distance, whichever parts validation images better from images
// that are known to be strange.

import type { Manifest } from "../../../src/bundle/manifest.ts";
import { toEnergy } from "../../../src/decision/out-of-distribution.ts";
import { mahalanobisDistance } from "../../../src/decision/mahalanobis-distance.ts";
import { chooseGate, type GateScores } from "./choose-gate.ts";
import { fitFeatureStatistics, toStatisticsFile } from "./fit-feature-statistics.ts";
import type { Outputs } from "../outputs.ts";

/** `falseAlarmsAtMost` is the share of validation images that the gate may withhold. */
export type GatePlan = { falseAlarmsAtMost: number };

/** `training` says where the classes lie in feature space; `strange` are images unlike any of them. */
export type GateData = { training: Outputs; trainingLabels: ArrayLike<number>; strange: Outputs };

export type FittedGate = {
  gate: NonNullable<Manifest["decision"]["abstention"]["outOfDistribution"]>;
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
};

const FILE = "ood.json";

/** Undefined when no score tells strange images apart. Labels that do not exclude each other have no class means. */
export function fitGate(
  task: Manifest["task"],
  { falseAlarmsAtMost }: GatePlan,
  { training, trainingLabels, strange }: GateData,
  validation: Outputs,
): FittedGate | undefined {
  const energyOf = (logits: Float32Array) =>
    toEnergy(task, task === "binary" && logits.length === 1 ? Float32Array.of(0, logits[0]) : logits);
  const statistics = task === "multilabel" ? undefined : fitFeatureStatistics(training.features, trainingLabels);
  const candidates: GateScores<"energy" | "mahalanobis">[] = [
    { method: "energy", familiar: validation.logits.map(energyOf), strange: strange.logits.map(energyOf) },
  ];
  if (statistics?.ok) {
    const distanceOf = (row: Float32Array) => mahalanobisDistance(row, statistics.value);
    candidates.push({
      method: "mahalanobis",
      familiar: validation.features.map(distanceOf),
      strange: strange.features.map(distanceOf),
    });
  }
  const chosen = chooseGate(candidates, falseAlarmsAtMost);
  if (!chosen) return undefined;
  if (chosen.method === "energy")
    return {
      gate: { method: "energy", maximumEnergy: chosen.limit },
      files: new Map<string, Uint8Array<ArrayBuffer>>(),
    };
  if (!statistics?.ok) return undefined;
  return {
    gate: { method: "mahalanobis", file: FILE, maximumDistance: chosen.limit },
    files: new Map([[FILE, toStatisticsFile(statistics.value)]]),
  };
}
