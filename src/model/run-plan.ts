// Runs a plan image by image and gives each its outputs.

import type { InputSpec, Manifest } from "../bundle/manifest.ts";
import type { Output, RunOptions } from "./model.ts";
import type { Plan } from "./plan/create-plan.ts";

/** A plan of which every node that `names` has is an output. */
export function runPlan(
  plan: Plan,
  names: Manifest["graph"],
  { height, width, colour }: InputSpec,
  inputNhwc: Float32Array,
  options?: RunOptions,
): Output[] {
  const images = inputNhwc.length / (height * width * (colour === "grey" ? 1 : 3));
  return Array.from({ length: images }, (_, i) => {
    plan.run(inputNhwc, i);
    const output: Output = { logits: plan.read(names.logits) };
    if (names.features !== undefined) output.features = plan.read(names.features);
    const mapName = options?.featureMap ? names.classActivation?.featureMap : undefined;
    if (mapName !== undefined) {
      const [mapHeight, mapWidth, channels] = plan.shapeOf(mapName);
      output.featureMap = { height: mapHeight, width: mapWidth, channels, data: plan.read(mapName) };
    }
    return output;
  });
}
