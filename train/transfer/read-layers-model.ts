// A TF.js layers model on disk: `model.json` and its weight files, each bounded and inside the folder.

import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { loadLayersModel, type LayersModel } from "@tensorflow/tfjs-layers";
import type { io } from "@tensorflow/tfjs-core";
import * as z from "zod/mini";
import { concatBytes, fromJsonBytes } from "../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";

export type BackboneReason = "backbone_missing" | "backbone_invalid";

const MAX_TOPOLOGY_BYTES = 16 * 1024 * 1024;
const MAX_WEIGHT_BYTES = 512 * 1024 * 1024;

const modelSchema = z.object({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/))),
      weights: z.array(z.looseObject({ name: z.string(), shape: z.array(z.number()), dtype: z.string() })),
    }),
  ),
});

export async function readLayersModel(folder: string): Promise<Result<LayersModel, Failure<BackboneReason>>> {
  const json = await readBounded(join(folder, "model.json"), MAX_TOPOLOGY_BYTES);
  if (!json.ok) return json;
  const parsed = modelSchema.safeParse(fromJsonBytes(json.value));
  if (!parsed.success) return fail("backbone_invalid", `${folder}/model.json is not a TF.js layers model`);
  const shards: Uint8Array[] = [];
  for (const path of parsed.data.weightsManifest.flatMap((group) => group.paths)) {
    const shard = await readBounded(join(folder, basename(path)), MAX_WEIGHT_BYTES);
    if (!shard.ok) return shard;
    shards.push(shard.value);
  }
  const artifacts: io.ModelArtifacts = {
    modelTopology: parsed.data.modelTopology,
    weightSpecs: parsed.data.weightsManifest.flatMap((group) => group.weights as io.WeightsManifestEntry[]),
    weightData: concatBytes(shards).buffer,
  };
  try {
    return ok(await loadLayersModel({ load: async () => artifacts }));
  } catch {
    // TensorFlow.js says what it cannot read only by throwing.
    return fail("backbone_invalid", `${folder} holds a model that TensorFlow.js layers cannot load`);
  }
}

async function readBounded(path: string, maxBytes: number): Promise<Result<Uint8Array, Failure<BackboneReason>>> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) return fail("backbone_missing", `${path} is missing`);
  if (stats.size > maxBytes) return fail("backbone_invalid", `${path} has more than ${maxBytes} bytes`);
  return ok(await readFile(path));
}
