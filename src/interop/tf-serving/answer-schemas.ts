// The answers of the dialect: one source for their types and for the description of the API.

import * as z from "zod/mini";
import { modelVersionStatusSchema } from "./model-status.ts";

export const modelStatusSchema = z.object({ model_version_status: modelVersionStatusSchema });

export const predictAnswerSchema = z
  .union([
    z.object({ predictions: z.array(z.unknown()) }),
    z.object({ outputs: z.union([z.array(z.unknown()), z.record(z.string(), z.array(z.unknown()))]) }),
  ])
  .check(
    z.describe(
      "Rows or columns, as the request was: of one output its values, of several an object by their names. Numbers are in the order of the model's labels.",
    ),
  );

export const classifyAnswerSchema = z.object({
  results: z
    .array(z.array(z.tuple([z.string(), z.number()])))
    .check(z.describe("For each example, each label with its probability.")),
});

const tensorSchema = z.object({
  dtype: z.enum(["DT_FLOAT", "DT_STRING"]),
  /** Protobuf's JSON has 64-bit sizes as strings, and -1 stands for a dimension of any length. */
  tensor_shape: z.object({
    dim: z.array(z.object({ size: z.string(), name: z.literal("") })),
    unknown_rank: z.literal(false),
  }),
  name: z.string(),
});

const tensorsSchema = z.record(z.string(), tensorSchema);

export const modelMetadataSchema = z.object({
  model_spec: z.object({ name: z.string(), signature_name: z.literal(""), version: z.string() }),
  metadata: z.object({
    signature_def: z.object({
      signature_def: z.record(
        z.string(),
        z.object({ inputs: tensorsSchema, outputs: tensorsSchema, method_name: z.string() }),
      ),
    }),
  }),
});

export type TensorInfo = z.infer<typeof tensorSchema>;
export type PredictAnswer = z.infer<typeof predictAnswerSchema>;
export type ClassifyAnswer = z.infer<typeof classifyAnswerSchema>;
export type ModelMetadata = z.infer<typeof modelMetadataSchema>;
