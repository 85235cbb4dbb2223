// A compiled graph and its evaluation to the files of a bundle. No clock, no randomness: the same inputs, the same bytes.

import { toUtf8 } from "../../src/base/bytes.ts";
import { sha256Hex } from "../../src/base/sha256.ts";
import type { Golden } from "../../src/bundle/golden.ts";
import { parseManifest, type Manifest } from "../../src/bundle/manifest.ts";
import type { Bundle } from "../../src/bundle/signature/verify-bundle.ts";
import { createModel, goldenInput } from "../../src/model/load-model.ts";
import type { Model } from "../../src/model/model.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { writeModelCard } from "./model-card.ts";
import { toReadableJson } from "./readable-json.ts";

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Enough to notice a wrong kernel, few enough to replay at every cold start. */
const GOLDEN_SEEDS = [1, 2, 3, 4];

export type PackedBundle = Bundle & { manifestBytes: Uint8Array<ArrayBuffer> };

/** `evaluateModel` is given the very graph that is packed. */
export async function packBundle(
  description: Omit<Manifest, "files">,
  graphFiles: Files,
  evaluateModel: (model: Model) => Promise<Evaluation>,
): Promise<PackedBundle> {
  const draft = await withManifest(description, graphFiles);
  const created = createModel(draft);
  if (!created.ok) throw new Error(created.error.detail);
  const model = created.value;
  const evaluation = await evaluateModel(model);
  const inFloat32 = description.quantisation && (await withoutQuantisation(description, graphFiles));
  const golden: Golden = {
    vectors: GOLDEN_SEEDS.map((seed) => ({
      seed,
      logits: goldenLogits(model, seed),
      ...(inFloat32 && { logitsInFloat32: goldenLogits(inFloat32, seed) }),
    })),
  };
  model.dispose();
  inFloat32?.dispose();
  return withManifest(
    description,
    new Map([
      ...graphFiles,
      ["golden.json", toUtf8(`${JSON.stringify(golden)}\n`)],
      ["evaluation.json", toUtf8(toReadableJson(evaluation))],
      ["README.md", toUtf8(writeModelCard(description, evaluation))],
    ]),
  );
}

const goldenLogits = (model: Model, seed: number): number[] => [
  ...model.run(goldenInput(seed, model.manifest.input))[0].logits,
];

/** As an engine has it that has no kernels for levels. */
async function withoutQuantisation(quantised: Omit<Manifest, "files">, graphFiles: Files): Promise<Model> {
  const { quantisation: _, ...description } = quantised;
  const created = createModel(await withManifest(description, graphFiles));
  if (!created.ok) throw new Error(created.error.detail);
  return created.value;
}

/** Lists the files in the manifest. */
export async function withManifest(description: Omit<Manifest, "files">, files: Files): Promise<PackedBundle> {
  const listed = await Promise.all(
    [...files].map(async ([path, bytes]) => ({ path, bytes: bytes.length, sha256: await sha256Hex(bytes) })),
  );
  const parsed = parseManifest({ ...description, files: listed.toSorted((a, b) => (a.path < b.path ? -1 : 1)) });
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const manifestBytes = toUtf8(`${JSON.stringify(parsed.value, undefined, 2)}\n`);
  return { manifest: parsed.value, manifestBytes, digest: await sha256Hex(manifestBytes), files };
}
