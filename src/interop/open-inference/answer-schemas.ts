// The answers of the Open Inference Protocol v2, for whoever describes them and whoever tests that they are so.

import * as z from "zod/mini";

const tensorMetadataSchema = z.object({
  name: z.string(),
  datatype: z.enum(["UINT8", "FP32", "BYTES"]),
  shape: z.array(z.int()).check(z.describe("-1 is any length.")),
});

const parametersSchema = z.object({ digest: z.string(), notice: z.string() });

export const serverMetadataSchema = z.object({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.string()),
});

export const modelMetadataSchema = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadataSchema),
  outputs: z.array(tensorMetadataSchema),
  parameters: parametersSchema,
});

const tensorConfigSchema = z.object({
  name: z.string(),
  data_type: z.enum(["TYPE_UINT8", "TYPE_FP32", "TYPE_STRING"]),
  dims: z.array(z.int()).check(z.describe("Of one image: without the dimension of the batch.")),
});

export const modelConfigSchema = z.object({
  name: z.string(),
  platform: z.string(),
  backend: z.literal(""),
  max_batch_size: z.int(),
  input: z.array(z.extend(tensorConfigSchema, { format: z.literal("FORMAT_NHWC") })),
  output: z.array(tensorConfigSchema),
});

export type ModelConfig = z.infer<typeof modelConfigSchema>;

export const modelReadySchema = z.object({ name: z.string(), ready: z.boolean() });

export const inferenceResponseSchema = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.optional(z.string()),
  parameters: parametersSchema,
  outputs: z.array(
    z.object({
      name: z.enum(["probabilities", "logits", "label", "decision"]),
      datatype: z.enum(["FP32", "BYTES"]),
      shape: z.array(z.int()),
      parameters: z.optional(z.object({ binary_data_size: z.int() })),
      data: z.optional(
        z.array(z.union([z.number(), z.string()])).check(z.describe("Row by row; absent where the data is binary.")),
      ),
    }),
  ),
});
