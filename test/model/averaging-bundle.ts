// A bundle of a small network that averages its last feature map, with weights from a seed.

import { layers, sequential } from "@tensorflow/tfjs-layers";
import { toUtf8 } from "../../src/base/bytes.ts";
import type { InputSpec, Manifest } from "../../src/bundle/manifest.ts";
import { createModel, goldenInput, loadModel } from "../../src/model/load-model.ts";
import type { Model } from "../../src/model/model.ts";
import { toGraphFiles } from "../../train/compile/graph-files.ts";
import { withManifest, type PackedBundle } from "../../train/pack/pack-bundle.ts";
import { exampleManifest } from "../bundle/example-manifest.ts";
import { randomizeWeights } from "../train/compile/random-weights.ts";
import { compileOrFail } from "../train/compile/run-both.ts";

export type AveragingOptions = {
  input?: Partial<InputSpec>;
  /** Two logits, or one that stands for the second label. */
  head?: "softmax" | "sigmoid";
  /** What the manifest says of the graph instead of the truth; undefined leaves a field out. */
  graph?: Partial<Record<keyof Manifest["graph"], unknown>>;
};

/** Grey images of 4 x 3 pixels unless told otherwise, a feature map a pixel smaller each way, three channels. */
export async function averagingBundle({
  input = {},
  head = "softmax",
  graph = {},
}: AveragingOptions = {}): Promise<PackedBundle> {
  const { files: _, ...description } = exampleManifest;
  const spec: InputSpec = { ...description.input, height: 4, width: 3, maxBytes: 65_536, maxPixels: 65_536, ...input };
  const inputShape = [spec.height, spec.width, spec.colour === "grey" ? 1 : 3];
  const compiled = compileOrFail(
    randomizeWeights(
      sequential({
        layers: [
          layers.conv2d({ inputShape, filters: 3, kernelSize: 2, activation: "relu" }),
          layers.globalAveragePooling2d({}),
          layers.dense({ units: head === "sigmoid" ? 1 : 2 }),
        ],
      }),
    ),
  );
  const files = toGraphFiles(compiled);
  const { inputName, logitsName, classActivation } = compiled;
  const names = {
    file: "model.json",
    input: inputName,
    logits: logitsName,
    ...(classActivation && { classActivation }),
    ...(head === "sigmoid" && { head }),
  };
  const manifest: Omit<Manifest, "files"> = { ...description, input: spec, graph: names };
  const model = createModel(await withManifest(manifest, files));
  if (!model.ok) throw new Error(model.error.detail);
  const logits = [...model.value.run(goldenInput(1, spec))[0].logits];
  model.value.dispose();
  const golden = toUtf8(JSON.stringify({ vectors: [{ seed: 1, logits }] }));
  const described = JSON.parse(JSON.stringify({ ...manifest, graph: { ...names, ...graph } })) as typeof manifest;
  return withManifest(described, new Map([...files, ["golden.json", golden]]));
}

export async function averagingModel(options: AveragingOptions = {}): Promise<Model> {
  const model = loadModel(await averagingBundle(options));
  if (!model.ok) throw new Error(model.error.detail);
  return model.value;
}
