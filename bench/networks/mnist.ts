// The released model's network with its released weights, or with its initial ones in a checkout that has none.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { io, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { concatBytes, fromJsonBytes } from "../../src/base/bytes.ts";
import { mnistCnn } from "../../train/architectures/mnist-cnn.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { mnistCnnRecipe } from "../../train/recipes/mnist-cnn.ts";
import { toNetwork, type Network } from "./network.ts";

export async function mnistNetwork(): Promise<Network> {
  const model = mnistCnn(mnistCnnRecipe.seed);
  const released = await restoreReleasedWeights(model);
  return toNetwork(
    `MNIST, one convolution, 28 px, ${released ? "released" : "initial"} weights`,
    model,
    mnistCnnRecipe.input,
    2000,
  );
}

/** The compiled graph keeps this network's kernels and biases as they are, in the order of the layers. */
async function restoreReleasedWeights(model: LayersModel): Promise<boolean> {
  const folder = join(import.meta.dirname, "../../models/mnist-cnn");
  if (!existsSync(folder)) return false;
  const bundle = await readBundleFolder(folder);
  if (!bundle.ok) throw new Error(bundle.error.detail);
  const { manifest, files } = bundle.value;
  const read = (path: string) => files.get(path) ?? new Uint8Array();
  const { weightsManifest } = fromJsonBytes(read(manifest.graph.file)) as io.ModelJSON;
  const bytes = concatBytes(weightsManifest.flatMap(({ paths }) => paths.map(read)));
  const specs = weightsManifest.flatMap(({ weights }) => weights);
  tidy(() => {
    const constants = Object.values(io.decodeWeights(bytes.buffer, specs));
    // The others are shapes.
    model.setWeights(constants.filter(({ dtype }) => dtype === "float32"));
  });
  return true;
}
