// The schemas of the document: JSON Schema made of the very schemas that validate requests and type the answers.

import * as z from "zod/mini";
import { modelNameSchema, versionSchema } from "../../bundle/manifest.ts";
import {
  inferenceResponseSchema,
  modelConfigSchema,
  modelMetadataSchema,
  modelReadySchema,
  serverMetadataSchema,
} from "../../interop/open-inference/answer-schemas.ts";
import { requestSchema } from "../../interop/open-inference/request-schema.ts";
import {
  classifyAnswerSchema,
  modelMetadataSchema as signaturesSchema,
  modelStatusSchema as versionStatusSchema,
  predictAnswerSchema,
} from "../../interop/tf-serving/answer-schemas.ts";
import {
  describedClassifyRequestSchema,
  describedPredictRequestSchema,
  tensorImageSchema,
} from "../../interop/tf-serving/requests/described-requests.ts";
import {
  channelChangedSchema,
  channelOrderSchema,
  classificationSchema,
  classificationsSchema,
  decisionSchema,
  explanationSchema,
  imageResultSchema,
  imagesRequestSchema,
  modelCardSchema,
  modelIdentitySchema,
  modelListSchema,
  modelStatusSchema,
  pointerSchema,
} from "../native/schemas.ts";
import { errorObjectSchema, modelProblemSchema, problemSchema } from "../problem.ts";

const COMPONENTS = {
  Classification: classificationSchema,
  Classifications: classificationsSchema,
  ImageResult: imageResultSchema,
  Decision: decisionSchema,
  Explanation: explanationSchema,
  ImagesRequest: imagesRequestSchema,
  ModelCard: modelCardSchema,
  ModelIdentity: modelIdentitySchema,
  ModelList: modelListSchema,
  ModelName: modelNameSchema,
  ModelStatus: modelStatusSchema,
  ChannelPointer: pointerSchema,
  ChannelOrder: channelOrderSchema,
  ChannelChanged: channelChangedSchema,
  Version: versionSchema,
  Problem: problemSchema,
  ModelProblem: modelProblemSchema,
  TensorImage: tensorImageSchema,
  PredictRequest: describedPredictRequestSchema,
  PredictAnswer: predictAnswerSchema,
  ClassifyRequest: describedClassifyRequestSchema,
  ClassifyAnswer: classifyAnswerSchema,
  Signatures: signaturesSchema,
  VersionStatus: versionStatusSchema,
  InferenceRequest: requestSchema,
  InferenceResponse: inferenceResponseSchema,
  ServerMetadata: serverMetadataSchema,
  ModelMetadata: modelMetadataSchema,
  ModelConfig: modelConfigSchema,
  ModelReady: modelReadySchema,
  ErrorObject: errorObjectSchema,
} satisfies Record<string, z.ZodMiniType>;

export type ComponentName = keyof typeof COMPONENTS;

export type JsonSchema = { readonly [keyword: string]: unknown };

export const refTo = (name: ComponentName) => ({ $ref: `#/components/schemas/${name}` });

export function toSchemaComponents(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    // Answers may gain members; a client that refuses what it does not know would break.
    io: "input",
    override: ({ jsonSchema }) => {
      // That an integer is a safe one goes without saying.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const components: Record<string, JsonSchema> = {};
  for (const [name, { $schema: _, $id: __, ...schema }] of Object.entries(schemas)) components[name] = schema;
  return components;
}
