// The network that a recipe trains: from its seed, or on a backbone that the caller names.

import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { buildOnBackbone } from "./build-on-backbone.ts";
import { readLayersModel, type BackboneReason } from "./read-layers-model.ts";

export type NetworkPlan =
  /** Layers and weights from the seed. */
  | { kind: "scratch"; build: (seed: number) => LayersModel }
  /** What follows the layer called `cut`, and a head that gives logits; the rest of the backbone is frozen. */
  | { kind: "backbone"; cut?: string; buildHead: (features: SymbolicTensor, seed: number) => SymbolicTensor };

/** `trainee` is fitted, on what `frozen` makes of the images where there is one; `whole` is what is compiled. */
export type Network = { trainee: LayersModel; whole: LayersModel; frozen: LayersModel | undefined };

export async function buildNetwork(
  plan: NetworkPlan,
  size: { height: number; width: number },
  seed: number,
  backboneFolder: string | undefined,
): Promise<Result<Network, Failure<BackboneReason>>> {
  if (plan.kind === "scratch") {
    const model = plan.build(seed);
    return ok({ trainee: model, whole: model, frozen: undefined });
  }
  if (backboneFolder === undefined) {
    return fail(
      "backbone_missing",
      "this recipe starts from a trained TF.js layers model: name its folder with --backbone DIR",
    );
  }
  const backbone = await readLayersModel(backboneFolder);
  if (!backbone.ok) return backbone;
  return ok(buildOnBackbone(backbone.value, (features) => plan.buildHead(features, seed), size, plan.cut));
}
