// The released models as networks of layers: what each bundle's graph computes, with its weights. What was folded into a
// convolution when it was compiled stays so, which spares the layers and ONNX Runtime what they would fold or compute.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { readBackbone } from "../../train/transfer/read-backbone.ts";
import { endInSoftmax, toNetwork, type Network } from "./network.ts";

const FOLDER = join(import.meta.dirname, "../../models");
const ROUNDS = 600;

export async function releasedNetworks(): Promise<Network[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.toSorted().map(releasedNetwork));
}

export async function releasedNetwork(name: string): Promise<Network> {
  const folder = join(FOLDER, name);
  const bundle = await readBundleFolder(folder);
  if (!bundle.ok) throw new Error(bundle.error.detail);
  const { input, graph, version } = bundle.value.manifest;
  const layers = await readBackbone(folder, input, { features: graph.logits });
  if (!layers.ok) throw new Error(layers.error.detail);
  return toNetwork(`the released ${name} ${version}`, endInSoftmax(layers.value.model), input, ROUNDS);
}
