// A bundle whose logits are finite for the images that it was released with, and are none for white ones.

import { dispose, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { toUtf8 } from "../../src/base/bytes.ts";
import type { InputSpec, Manifest } from "../../src/bundle/manifest.ts";
import { createModel, goldenInput } from "../../src/model/load-model.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import { withManifest, type PackedBundle } from "../../train/pack/pack-bundle.ts";
import { exampleManifest } from "../bundle/example-manifest.ts";
import { compileOrFail } from "../train/compile/run-both.ts";

const SIDE = 8;

/** Generated samples are half as bright as white ones, and float32 ends between the two sums. */
const WEIGHT = 3.4e38 / (0.75 * SIDE * SIDE);

export async function overflowingBundle(name: string): Promise<PackedBundle> {
  const { files: _, ...description } = exampleManifest;
  const input: InputSpec = { ...description.input, height: SIDE, width: SIDE, maxBytes: 65_536, maxPixels: 65_536 };
  const network = sequential({
    layers: [layers.flatten({ inputShape: [SIDE, SIDE, 1] }), layers.dense({ units: 2 })],
  });
  const weights = [
    tensor2d(
      Array.from({ length: SIDE * SIDE }, () => [WEIGHT, 0]),
      [SIDE * SIDE, 2],
    ),
    tensor1d([0, 0]),
  ];
  network.setWeights(weights);
  dispose(weights);
  const compiled = compileOrFail(network);
  const files = toGraphFiles(compiled);
  const graph = { file: "model.json", input: compiled.inputName, logits: compiled.logitsName };
  const manifest: Omit<Manifest, "files"> = { ...description, name, input, graph };
  const model = createModel(await withManifest(manifest, files));
  if (!model.ok) throw new Error(model.error.detail);
  const logits = [...model.value.run(goldenInput(1, input))[0].logits];
  model.value.dispose();
  return withManifest(
    manifest,
    new Map([...files, ["golden.json", toUtf8(JSON.stringify({ vectors: [{ seed: 1, logits }] }))]]),
  );
}
