// The released models as their bundles have them, in the product and on the stock backend.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { tensor4d, tidy, type io, type Tensor } from "@tensorflow/tfjs-core";
import { concatBytes, fromJsonBytes } from "../../src/base/bytes.ts";
import type { Bundle } from "../../src/bundle/verify-bundle.ts";
import { goldenInput, loadModel } from "../../src/model/load-model.ts";
import { loadKept } from "../../src/model/plan/graph/load-kept.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";

const FOLDER = join(import.meta.dirname, "../../models");

/** `run` gives the logits of one generated image. */
export type Released = { name: string; ours: () => Float32Array; stockGraph: () => Float32Array };

export async function releasedModels(): Promise<Released[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.toSorted().map(load));
}

async function load(name: string): Promise<Released> {
  const bundle = await readBundleFolder(join(FOLDER, name));
  if (!bundle.ok) throw new Error(bundle.error.detail);
  const { manifest, files } = bundle.value;
  const image = goldenInput(1, manifest.input);
  const model = loadModel(bundle.value);
  if (!model.ok) throw new Error(model.error.detail);
  const { height, width } = manifest.input;
  const graph = loadKept(readArtifacts({ manifest, files }));
  const stockGraph = () =>
    tidy(() => {
      const inputNhwc = tensor4d(image, [1, height, width, image.length / (height * width)]);
      const made = graph.execute({ [manifest.graph.input]: inputNhwc }, manifest.graph.logits) as Tensor;
      return made.dataSync<"float32">();
    });
  return { name: `${name} ${manifest.version}`, ours: () => model.value.run(image)[0].logits, stockGraph };
}

function readArtifacts({ manifest, files }: Pick<Bundle, "manifest" | "files">): [io.ModelJSON, ArrayBuffer] {
  const read = (path: string) => files.get(path) ?? new Uint8Array();
  const modelJson = fromJsonBytes(read(manifest.graph.file)) as io.ModelJSON;
  return [modelJson, concatBytes(modelJson.weightsManifest.flatMap(({ paths }) => paths.map(read))).buffer];
}
