// A TF.js model on disk as its files say it: `model.json` and its weight files, each bounded and inside the folder, and
// every weight where its file has it.

import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { io } from "@tensorflow/tfjs-core";
import * as z from "zod/mini";
import { concatBytes, fromJsonBytes } from "../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import { sha256Hex } from "../../src/base/sha256.ts";
import type { Weight } from "../compile/graph-node.ts";

export type FileReason = "backbone_missing" | "backbone_invalid";

export type ModelFiles = {
  /** What TF.js saved: a GraphDef, or the configuration of layers. */
  topology: Record<string, unknown>;
  /** Names of the graph's outputs, where the file says them. */
  outputs: string[] | undefined;
  specs: WeightSpec[];
  weights: Uint8Array<ArrayBuffer>;
  /** Of model.json and the weight files, one after the other. */
  sha256: string;
};

const MAX_TOPOLOGY_BYTES = 16 * 1024 * 1024;
const MAX_WEIGHT_BYTES = 512 * 1024 * 1024;
const MAX_WEIGHTS = 20_000;

const ELEMENT_BYTES = { float32: 4, int32: 4, bool: 1 };
const QUANTIZED_BYTES = { uint8: 1, uint16: 2, float16: 2 };

const specSchema = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(1024)),
  shape: z.array(z.int().check(z.minimum(0))).check(z.maxLength(8)),
  dtype: z.enum(["float32", "int32", "bool"]),
  quantization: z.optional(
    z.object({
      dtype: z.enum(["uint8", "uint16", "float16"]),
      scale: z.optional(z.number()),
      min: z.optional(z.number()),
    }),
  ),
});

/** One weight, and how its bytes are to be read. */
export type WeightSpec = z.infer<typeof specSchema>;

const signatureSchema = z.object({ outputs: z.record(z.string(), z.object({ name: z.string() })) });

const modelSchema = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/))),
      weights: z.array(specSchema).check(z.maxLength(MAX_WEIGHTS)),
    }),
  ),
  signature: z.optional(z.unknown()),
  userDefinedMetadata: z.optional(z.object({ signature: z.optional(z.unknown()) })),
});

export async function readModelFiles(folder: string): Promise<Result<ModelFiles, Failure<FileReason>>> {
  const json = await readBounded(join(folder, "model.json"), MAX_TOPOLOGY_BYTES);
  if (!json.ok) return json;
  const parsed = modelSchema.safeParse(fromJsonBytes(json.value));
  if (!parsed.success) return fail("backbone_invalid", `${folder}/model.json is not a TF.js model`);
  const { modelTopology, weightsManifest, signature, userDefinedMetadata } = parsed.data;
  const shards: Uint8Array[] = [];
  let left = MAX_WEIGHT_BYTES;
  for (const path of weightsManifest.flatMap((group) => group.paths)) {
    const shard = await readBounded(join(folder, basename(path)), left);
    if (!shard.ok) return shard;
    left -= shard.value.length;
    shards.push(shard.value);
  }
  const specs = weightsManifest.flatMap((group) => group.weights);
  const weights = concatBytes(shards);
  if (specs.reduce((sum, spec) => sum + byteLength(spec), 0) !== weights.length) {
    return fail("backbone_invalid", `${folder}: the weight files are not as long as model.json says`);
  }
  const signed = signatureSchema.safeParse(signature ?? userDefinedMetadata?.signature);
  return ok({
    topology: modelTopology,
    outputs: signed.success ? Object.values(signed.data.outputs).map(({ name }) => name) : undefined,
    specs,
    weights,
    sha256: await sha256Hex(concatBytes([json.value, weights])),
  });
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function byteLength({ shape, dtype, quantization }: WeightSpec): number {
  return elements(shape) * (quantization ? QUANTIZED_BYTES[quantization.dtype] : ELEMENT_BYTES[dtype]);
}

/** Decodes a weight when it is asked for, by name; TF.js undoes its quantization. */
export function createWeightReader({ specs, weights }: ModelFiles): (name: string) => Weight | undefined {
  const places = new Map<string, { spec: WeightSpec; from: number }>();
  let from = 0;
  for (const spec of specs) {
    places.set(spec.name, { spec, from });
    from += byteLength(spec);
  }
  return (name) => {
    const place = places.get(name);
    if (!place) return undefined;
    const to = place.from + byteLength(place.spec);
    const decoded = io.decodeWeights(weights.buffer.slice(place.from, to), [place.spec as io.WeightsManifestEntry])[
      name
    ];
    const values = Float64Array.from(decoded.dataSync());
    decoded.dispose();
    return { shape: place.spec.shape, values };
  };
}

async function readBounded(path: string, maxBytes: number): Promise<Result<Uint8Array, Failure<FileReason>>> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) return fail("backbone_missing", `${path} is missing`);
  if (stats.size > maxBytes) return fail("backbone_invalid", `${path} has more than ${maxBytes} bytes`);
  return ok(await readFile(path));
}
