// What the server and a model say of themselves in the Open Inference Protocol.

import type { Manifest } from "../../bundle/manifest.ts";
import { inputMetadata, outputMetadata } from "./tensor/tensor-names.ts";

/** Triton's names of the extensions that are understood here. */
const EXTENSIONS = ["binary_tensor_data", "classification"];

export const toServerMetadata = (version: string) => ({ name: "edgescope", version, extensions: EXTENSIONS });

/** `versions` are those that a URL may name. */
export function toModelMetadata(manifest: Manifest, versions: readonly string[], parameters: Record<string, string>) {
  return {
    name: manifest.name,
    versions,
    platform: "tensorflowjs_graphmodel",
    inputs: [inputMetadata(manifest.input)],
    outputs: outputMetadata(manifest),
    parameters,
  };
}
