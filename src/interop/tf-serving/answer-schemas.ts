// The answers of the dialect: one source for their types and for the description of the API.

import * as z from "zod/mini";
import { modelVersionStatusSchema } from "./model-status.ts";

export const modelStatusSchema = z.object({ model_version_status: modelVersionStatusSchema });

/** A number for each label, in the order of the model's. */
const scoresSchema = z.array(z.number());

/** The caller's own name of an image, given back. */
const keySchema = z.unknown();

const namedRowSchema = z.object({
  probabilities: scoresSchema,
  logits: z.optional(scoresSchema),
  decision: z.optional(z.string().check(z.describe("JSON text, as the native dialect has it."))),
  label: z.optional(z.string().check(z.describe("Empty where the decision is withheld."))),
  key: z.optional(keySchema),
});

const namedColumnsSchema = z.object({
  probabilities: z.array(scoresSchema),
  logits: z.optional(z.array(scoresSchema)),
  decision: z.optional(z.array(z.string())),
  label: z.optional(z.array(z.string())),
  key: z.optional(z.array(keySchema)),
});

export const predictAnswerSchema = z
  .union([
    z.object({ predictions: z.union([z.array(scoresSchema), z.array(namedRowSchema)]) }),
    z.object({ outputs: z.union([z.array(scoresSchema), namedColumnsSchema]) }),
  ])
  .check(
    z.describe(
      "Rows or columns, as the request was: probabilities alone as they are, with other outputs or keys by their names. Numbers are in the order of the model's labels.",
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
export type NamedRow = z.infer<typeof namedRowSchema>;
export type NamedColumns = z.infer<typeof namedColumnsSchema>;
export type PredictAnswer = z.infer<typeof predictAnswerSchema>;
export type ClassifyAnswer = z.infer<typeof classifyAnswerSchema>;
export type ModelMetadata = z.infer<typeof modelMetadataSchema>;
