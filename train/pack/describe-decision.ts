// What the manifest makes of probabilities, in words.

import type { Manifest } from "../../src/bundle/manifest.ts";

export function describeDecision({
  calibration,
  decision,
  labels,
}: Pick<Manifest, "calibration" | "decision" | "labels">): string {
  return [
    ...(calibration.method === "temperature"
      ? [`- Logits are divided by ${calibration.temperature.toPrecision(4)} before they become probabilities.`]
      : []),
    ...describePolicy(decision, labels),
    ...describeAbstention(decision.abstention),
  ].join("\n");
}

function describePolicy(decision: Manifest["decision"], labels: Manifest["labels"]): string[] {
  switch (decision.policy) {
    case "argmax":
      return ["- The most probable label is the answer."];
    case "threshold":
      return [
        `- Positive for ${decision.positiveLabel} from a probability of ${decision.threshold.toPrecision(4)}, chosen on the ${decision.operatingPoint.chosenOn}.`,
      ];
    case "thresholds":
      return decision.thresholds.map(
        ({ threshold, operatingPoint }, i) =>
          `- ${labels[i].name} from a probability of ${threshold.toPrecision(4)}, chosen on the ${operatingPoint.chosenOn}.`,
      );
  }
}

function describeAbstention({ minimumProbability, outOfDistribution }: Manifest["decision"]["abstention"]): string[] {
  if (minimumProbability === undefined && !outOfDistribution) return ["- It always answers, whatever the image shows."];
  return [
    ...(minimumProbability === undefined
      ? []
      : [`- No answer below a probability of ${minimumProbability.toPrecision(4)}.`]),
    ...(outOfDistribution
      ? [describeGate(outOfDistribution)]
      : ["- Images unlike its training data are not recognised."]),
  ];
}

function describeGate(gate: NonNullable<Manifest["decision"]["abstention"]["outOfDistribution"]>): string {
  switch (gate.method) {
    case "energy":
      return `- No answer when the free energy of the logits is above ${gate.maximumEnergy.toPrecision(4)} (Liu et al. 2020).`;
    case "mahalanobis":
      return `- No answer when the features are further than ${gate.maximumDistance.toPrecision(4)} standard deviations from every class (Lee et al. 2018).`;
  }
}
