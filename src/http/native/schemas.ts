// The requests and answers of the native dialect: one source for their types, for tests and for the description of the API.

import * as z from "zod/mini";
import { calibrationSchema, decisionSchema as policySchema } from "../../bundle/decision-schema.ts";
import {
  codingSchema,
  inputSchema,
  sha256Schema,
  taskSchema,
  trainingSchema,
  versionSchema,
} from "../../bundle/manifest.ts";
import { percentSchema } from "../../registry/channels/channels.ts";
import { modelVersionStatusSchema } from "../../interop/tf-serving/model-status.ts";
import { problemSchema } from "../problem.ts";

/** One image in JSON: base64, or a data: URL with it. */
const jsonImageSchema = z.union([z.strictObject({ b64: z.string() }), z.strictObject({ url: z.string() })]);

export const imagesRequestSchema = z.strictObject({ images: z.array(jsonImageSchema).check(z.minLength(1)) });

export const modelIdentitySchema = z.object({
  name: z.string(),
  version: versionSchema,
  digest: sha256Schema,
  /** Absent where the version was asked for as such. */
  channel: z.optional(z.string()),
});

export const pointerSchema = z.object({
  version: versionSchema,
  digest: sha256Schema,
  percent: z.optional(z.number()),
});

/** What a channel is to become: it names a version, a canary has a share, one step back, or it ends. */
export const channelOrderSchema = z.union([
  z.strictObject({ version: versionSchema, percent: z.optional(percentSchema) }),
  z.strictObject({ percent: percentSchema }),
  z.strictObject({ rollback: z.literal(true) }),
  z.strictObject({ end: z.literal(true) }),
]);

/** `changed` is false where the channel was so already; without `pointer` it is there no longer. */
export const channelChangedSchema = z.object({
  requestId: z.string(),
  name: z.string(),
  channel: z.string(),
  changed: z.boolean(),
  pointer: z.optional(pointerSchema),
  notice: z.string(),
});

const refreshFailureSchema = z.object({ reason: z.string(), detail: z.string(), at: z.iso.datetime() });

/** What the isolate that answers has of a model: `wanted` is what a channel names and does not answer with yet. */
export const modelStatusSchema = z.object({
  source: z.enum(["storage", "fallback"]),
  readAt: z.iso.datetime(),
  failure: z.optional(refreshFailureSchema),
  channels: z.record(
    z.string(),
    z.extend(pointerSchema, { wanted: z.optional(pointerSchema), failure: z.optional(refreshFailureSchema) }),
  ),
});

const labelSchema = z.object({ label: z.string(), coding: z.optional(codingSchema) });

export const decisionSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("label"), label: z.string() }),
  z.object({ outcome: z.enum(["positive", "negative"]), label: z.string(), threshold: z.number() }),
  z.object({ outcome: z.literal("labels"), labels: z.array(z.string()) }),
  z.object({ outcome: z.literal("abstain"), reason: z.enum(["low_probability", "out_of_distribution"]) }),
]);

/** One number for each cell of a grid over the model's input, row by row; colours run from the minimum to the maximum. */
export const explanationSchema = z.extend(labelSchema, {
  /** Class activation: the mean of the values and the head's bias are the logit. Occlusion: how far the logit falls. */
  method: z.enum(["class_activation", "occlusion"]),
  height: z.int(),
  width: z.int(),
  values: z.array(z.number()),
  range: z.object({ minimum: z.number(), maximum: z.number() }),
  /** Where the grid lies, in pixels of the image; beyond its edges where the model's input is padded. */
  area: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  /** How many covered copies of the image the network was given beside the image. */
  occlusions: z.int(),
  /** A PNG as a data: URL. */
  overlay: z.string(),
  caution: z.string(),
});

/** What is said of one image; `labels` has the most probable first, `logit` is the raw score before calibration. */
export const imageResultSchema = z.object({
  labels: z.array(z.extend(labelSchema, { probability: z.number(), logit: z.number() })),
  decision: decisionSchema,
  image: z.object({
    mediaType: z.optional(z.enum(["image/png", "image/jpeg", "image/webp"])),
    width: z.int(),
    height: z.int(),
  }),
  explanation: z.optional(explanationSchema),
});

const answerSchema = z.object({ requestId: z.string(), model: modelIdentitySchema, notice: z.string() });

/** For a single image. */
export const classificationSchema = z.extend(answerSchema, imageResultSchema.shape);

/** For several images, each with its result or its own error, in the order in which they were posted. */
export const classificationsSchema = z.extend(answerSchema, {
  results: z.array(
    z.union([
      imageResultSchema,
      z.object({ error: z.pick(problemSchema, { code: true, title: true, status: true, detail: true }) }),
    ]),
  ),
});

/** What a model is, and that it is ready: KServe's and TensorFlow Serving's clients find their fields in it. */
export const modelCardSchema = z.object({
  model: modelIdentitySchema,
  title: z.string(),
  task: taskSchema,
  labels: z.array(labelSchema),
  input: inputSchema,
  calibration: calibrationSchema,
  decision: policySchema,
  training: trainingSchema,
  licence: z.string(),
  intendedUse: z.string(),
  limitations: z.array(z.string()),
  status: z.optional(modelStatusSchema),
  notice: z.string(),
  name: z.string(),
  ready: z.literal(true),
  model_version_status: modelVersionStatusSchema,
});

/** `models` is KServe's list; `channels` has each model's channels by name, `status` what this isolate has loaded of them. */
export const modelListSchema = z.object({
  models: z.array(z.string()),
  channels: z.record(z.string(), z.record(z.string(), pointerSchema)),
  status: z.record(z.string(), modelStatusSchema),
  notice: z.string(),
});

export type ChannelChanged = z.infer<typeof channelChangedSchema>;
export type JsonImage = z.infer<typeof jsonImageSchema>;
export type ExplanationAnswer = z.infer<typeof explanationSchema>;
export type ImageResult = z.infer<typeof imageResultSchema>;
export type Classification = z.infer<typeof classificationSchema>;
export type Classifications = z.infer<typeof classificationsSchema>;
export type ModelCard = z.infer<typeof modelCardSchema>;
export type ModelList = z.infer<typeof modelListSchema>;
