// What the server and a model say of themselves in the Open Inference Protocol.

import type { Manifest } from "../../bundle/manifest.ts";
import type { ModelConfig } from "./answer-schemas.ts";
import { inputMetadata, outputMetadata, type TensorMetadata } from "./tensor/tensor-names.ts";

/** Triton's names of the extensions that are understood here. */
const EXTENSIONS = ["binary_tensor_data", "classification", "model_configuration"];

const PLATFORM = "tensorflowjs_graphmodel";

/** Triton's names of the datatypes, in configurations. */
const CONFIG_TYPES = { UINT8: "TYPE_UINT8", FP32: "TYPE_FP32", BYTES: "TYPE_STRING" } as const;

export const toServerMetadata = (version: string) => ({ name: "edgescope", version, extensions: EXTENSIONS });

/** `versions` are those that a URL may name. */
export function toModelMetadata(manifest: Manifest, versions: readonly string[], parameters: Record<string, string>) {
  return {
    name: manifest.name,
    versions,
    platform: PLATFORM,
    inputs: [inputMetadata(manifest.input)],
    outputs: outputMetadata(manifest),
    parameters,
  };
}

/** Triton's model configuration, as far as it says anything of a model here. Its dimensions are those of one image. */
export function toModelConfig(manifest: Manifest, maxImages: number): ModelConfig {
  const toConfig = ({ name, datatype, shape: [, ...dims] }: TensorMetadata) => ({
    name,
    data_type: CONFIG_TYPES[datatype],
    dims,
  });
  return {
    name: manifest.name,
    platform: PLATFORM,
    backend: "",
    max_batch_size: maxImages,
    input: [{ ...toConfig(inputMetadata(manifest.input)), format: "FORMAT_NHWC" }],
    output: outputMetadata(manifest).map(toConfig),
  };
}
