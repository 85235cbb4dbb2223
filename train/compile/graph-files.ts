// A compiled graph as the files that TF.js loads: model.json and its weight shards. The same graph gives the same bytes.
import type { CompiledGraph } from "./compile-graph.ts";

// The shard size of TensorFlow's own converter, chosen there for browser caches (tensorflowjs_converter
// --weight_shard_size_bytes, 4 MiB).
const MAX_SHARD_BYTES = 4 * 1024 * 1024;

/** File names to contents: model.json first, then the shards in order. */
export function toGraphFiles({ artifacts }: Pick<CompiledGraph, "artifacts">): Map<string, Uint8Array<ArrayBuffer>> {
  const { format, generatedBy, convertedBy, modelTopology, weightSpecs, weightData } = artifacts;
  const shards = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let start = 0; start < weightData.byteLength; start += MAX_SHARD_BYTES) {
    const bytes = Math.min(MAX_SHARD_BYTES, weightData.byteLength - start);
    shards.set(`weights-${shards.size + 1}.bin`, new Uint8Array(weightData, start, bytes));
  }
  const weightsManifest = [{ paths: [...shards.keys()], weights: weightSpecs }];
  const modelJson = { format, generatedBy, convertedBy, modelTopology, weightsManifest };
  return new Map([["model.json", new TextEncoder().encode(JSON.stringify(modelJson))], ...shards]);
}
