// The network that a recipe trains: from its seed, or on a trained backbone.

import { tidy, zeros, type Tensor } from "@tensorflow/tfjs-core";
import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { InputSpec, Manifest } from "../../src/bundle/manifest.ts";
import { buildOnBackbone } from "./build-on-backbone.ts";
import { linearHead } from "./linear-head.ts";
import type { GraphReason } from "./graph/reading.ts";
import { readBackbone, type BackboneNames } from "./read-backbone.ts";
import type { FileReason } from "./read-model-files.ts";

export type NetworkPlan =
  /** Layers and weights from the seed. */
  | { kind: "scratch"; build: (seed: number) => LayersModel }
  /**
   * A head that gives logits, on the backbone's `features`; what stands between `cut` and `features` is trained with it.
   * `pool` averages the features over height and width first.
   */
  | (BackboneNames & {
      kind: "backbone";
      pool: boolean;
      buildHead: (features: SymbolicTensor, seed: number) => SymbolicTensor;
    });

/** The caller's choice of a backbone, and of its parts in place of the recipe's. */
export type BackboneChoice = BackboneNames & { folder: string };

/** `trainee` is fitted, on what `frozen` makes of the images where there is one; `whole` is what is compiled. */
export type Network = {
  trainee: LayersModel;
  whole: LayersModel;
  frozen: LayersModel | undefined;
  /** What stands in the manifest of a network that was not trained from nothing. */
  backbone: Manifest["training"]["backbone"];
};

export type NetworkReason = FileReason | GraphReason | "backbone_unfit";

/** A backbone takes the place of a network that the recipe would train from nothing. */
export async function buildNetwork(
  plan: NetworkPlan,
  { height, width, colour }: Pick<InputSpec, "height" | "width" | "colour">,
  seed: number,
  chosen: BackboneChoice | undefined,
): Promise<Result<Network, Failure<NetworkReason>>> {
  if (!chosen) {
    if (plan.kind === "backbone")
      return fail(
        "backbone_missing",
        "this recipe starts from a trained TF.js model: name its folder with --backbone DIR",
      );
    const model = plan.build(seed);
    return ok({ trainee: model, whole: model, frozen: undefined, backbone: undefined });
  }
  const { pool, buildHead, ...planned } = plan.kind === "backbone" ? plan : replaceHead(plan.build(seed));
  const names = { ...planned, ...chosen };
  const read = await readBackbone(chosen.folder, { height, width }, names);
  if (!read.ok) return read;
  const { model, sha256 } = read.value;
  const head = { pool, build: (features: SymbolicTensor) => buildHead(features, seed) };
  const built = buildOnBackbone(model, head, { height, width, channels: colour === "grey" ? 1 : 3 }, names);
  if (!built.ok) return built;
  const { features, cut, ...network } = built.value;
  if (!computes(network.whole)) return fail("backbone_invalid", "the backbone cannot be computed on this backend");
  return ok({ ...network, backbone: { sha256, features, cut } });
}

/** Whether an empty image goes through; kernels say what they cannot do only by throwing. */
function computes(model: LayersModel): boolean {
  try {
    tidy(() => (model.predict(zeros([1, ...(model.inputs[0].shape.slice(1) as number[])])) as Tensor).dataSync());
    return true;
  } catch {
    return false;
  }
}

/** One dense layer with as many logits as the network that it replaces. */
function replaceHead(replaced: LayersModel): Extract<NetworkPlan, { kind: "backbone" }> {
  const units = replaced.outputs[0].shape.at(-1) as number;
  replaced.dispose();
  return {
    kind: "backbone",
    pool: true,
    buildHead: (features, seed) => linearHead(features, units, seed),
  };
}
