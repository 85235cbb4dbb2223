// The contract: `bundle.json`, schema version 1. Whatever it says is executed: it sizes the decoder, drives
// preprocessing, names the labels and holds the calibration. Unknown fields are refused, so nothing stands in it unread.

import * as z from "zod/mini";
import { parseShape } from "../base/parse-shape.ts";
import { fail, type Failure, type Result } from "../base/result.ts";
import { calibrationSchema, decisionSchema } from "./decision-schema.ts";
import { filePath, positiveInteger, probability, text } from "./manifest-fields.ts";

/** Names travel in URLs and object keys: lower case, digits and single hyphens. */
export const modelNameSchema = z.string().check(z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), z.maxLength(64));

/** A semantic version without build metadata (semver.org 2.0.0). */
export const versionSchema = z
  .string()
  .check(
    z.regex(
      /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?!(?:.*\.)?0\d+(?:\.|$))[0-9a-z]+(?:[.-][0-9a-z]+)*)?$/,
    ),
    z.maxLength(64),
  );

/** A SHA-256 digest as 64 lower-case hex digits. */
export const sha256Schema = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const taskSchema = z.enum(["binary", "multiclass", "multilabel"]);

export const codingSchema = z.strictObject({ system: text, code: text, display: text });

const labelSchema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(128)),
  coding: z.optional(codingSchema),
});

/** One entry for each channel of the graph's input. */
const perChannel = z.array(z.number()).check(z.minLength(1), z.maxLength(3));

export const inputSchema = z.strictObject({
  /** Pixels; one image is height x width x channels. */
  height: positiveInteger.check(z.maximum(1024)),
  width: positiveInteger.check(z.maximum(1024)),
  colour: z.enum(["grey", "rgb"]),
  resize: z.strictObject({
    /** `stretch` ignores the aspect ratio, `contain` pads with the background, `cover` crops the centre. */
    mode: z.enum(["stretch", "contain", "cover"]),
    /** `area` averages the source area under each pixel; `bilinear` is a triangle filter, widened when it shrinks. */
    filter: z.enum(["area", "bilinear"]),
  }),
  /**
   * Samples that a decoder must leave for each of the input's along each axis. JPEGs are decoded at 1/2, 1/4 or 1/8 of
   * their size as long as that many are left; absent: 1. With 2, detail near the input's own resolution is finer.
   */
  oversampling: z.optional(z.union([z.literal(1), z.literal(2)])),
  /** Sample value, 0 to 255, that stands behind transparent pixels and in padding. */
  background: z.int().check(z.minimum(0), z.maximum(255)),
  /** input = (sample * scale - mean) / standardDeviation, with samples from 0 to 255 whatever the file's bit depth. */
  scale: z.number().check(z.positive()),
  mean: perChannel,
  standardDeviation: perChannel,
  /** Posted images above either ceiling are refused before they are decoded. */
  maxBytes: positiveInteger.check(z.maximum(32 * 1024 * 1024)),
  maxPixels: positiveInteger.check(z.maximum(64 * 1024 * 1024)),
});

/** What a class activation map is read from (Zhou et al. 2016): a network that averages and ends in one dense layer. */
const classActivationSchema = z.strictObject({
  /** Name of the node that gives batch x height x width x channels, of which the dense layer reads the spatial mean. */
  featureMap: text,
  /** Names of the dense layer's weights: channels x logits, and logits. */
  kernel: text,
  bias: text,
});

const graphSchema = z.strictObject({
  file: filePath,
  /** Name of the float32 NHWC placeholder. */
  input: text,
  /** Name of the node that gives one row of class scores, before any softmax or sigmoid. */
  logits: text,
  /**
   * Absent: one logit a label, made probabilities by a softmax. Sigmoid: one logit a label that stands for itself, or,
   * in a binary task, one logit that stands for the second label.
   */
  head: z.optional(z.literal("sigmoid")),
  /** Name of the node that gives one row of penultimate features, for whoever compares inputs by them. */
  features: z.optional(text),
  classActivation: z.optional(classActivationSchema),
});

const fileSchema = z.strictObject({
  path: filePath,
  bytes: positiveInteger.check(z.maximum(64 * 1024 * 1024)),
  sha256: sha256Schema,
});

export const trainingSchema = z.strictObject({
  dataset: z.strictObject({ name: text, sha256: sha256Schema, licence: text, citation: text }),
  recipe: text,
  seed: z.int(),
  /** Of each run. */
  epochs: positiveInteger,
  /** Fits from the same first weights whose results were averaged; one where it is not given. */
  runs: z.optional(positiveInteger),
  batchSize: positiveInteger,
  validationSplit: z.number().check(z.minimum(0), z.maximum(0.9)),
  /** Counted from 0, through all runs; the one with the lowest validation loss, whose weights these are but for several runs. */
  bestEpoch: z.int().check(z.minimum(0)),
  /** Revision of the code that trained the model, or "unknown" outside a checkout. */
  revision: text,
  /** The trained network that this one was built on, where it was; its training is not known. */
  backbone: z.optional(
    z.strictObject({
      /** Of its model.json and weight files, one after the other. */
      sha256: sha256Schema,
      /** The layer that the new head reads. */
      features: text,
      /** The layer up to which nothing was trained; its input where all of it was. */
      cut: text,
    }),
  ),
});

const count = z.int().check(z.minimum(0));

/** Layers that are computed in 8 bits. */
const quantisationSchema = z.strictObject({
  file: filePath,
  /** The bundle that this one was made of: its version, and the SHA-256 of its manifest. */
  original: z.strictObject({ version: versionSchema, sha256: sha256Schema }),
  /** How many there are by what they read, and of those that stay in float32 though there are kernels for 8 bits. */
  layers: z.optional(z.strictObject({ sevenBits: count, eightBits: count, float32: count })),
  /** What it did on the images that ranges were chosen on, and to the answers to the validation images among them. */
  chosenOn: z.optional(
    z.strictObject({
      images: positiveInteger,
      validationImages: positiveInteger,
      /** Mean square of what logits are off by, over their variance from image to image. */
      logitError: z.number().check(z.minimum(0)),
      /** The share of answers that are others. */
      answersChanged: probability,
      /** That they change to one side by chance. */
      mcnemarP: probability,
      aucShift: probability,
    }),
  ),
});

const hasFile = (files: readonly { path: string }[], path: string) => files.some((file) => file.path === path);

const manifestSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    name: modelNameSchema,
    version: versionSchema,
    title: text,
    task: taskSchema,
    /** In the order of the logits. */
    labels: z.array(labelSchema).check(z.minLength(2), z.maxLength(1000)),
    input: inputSchema,
    graph: graphSchema,
    quantisation: z.optional(quantisationSchema),
    calibration: calibrationSchema,
    decision: decisionSchema,
    files: z.array(fileSchema).check(z.minLength(1), z.maxLength(64)),
    training: trainingSchema,
    licence: text,
    intendedUse: text,
    limitations: z.array(text).check(z.minLength(1), z.maxLength(64)),
  })
  .check(
    z.refine((m) => new Set(m.labels.map((label) => label.name)).size === m.labels.length, "labels repeat a name"),
    z.refine((m) => new Set(m.files.map((file) => file.path)).size === m.files.length, "files repeat a path"),
    z.refine((m) => hasFile(m.files, m.graph.file), "graph.file is not among files"),
    z.refine(
      ({ quantisation, files }) => !quantisation || hasFile(files, quantisation.file),
      "quantisation.file is not among files",
    ),
    z.refine(
      (m) => !m.files.some((file) => file.path === "bundle.json" || file.path === "model.sig"),
      "files list the manifest or its signature",
    ),
    z.refine((m) => m.task !== "binary" || m.labels.length === 2, "a binary task has two labels"),
    z.refine(
      (m) => m.decision.policy !== "threshold" || m.task === "binary",
      "the threshold policy decides between the two labels of a binary task",
    ),
    z.refine(
      ({ decision, labels }) =>
        decision.policy !== "threshold" || labels.some((label) => label.name === decision.positiveLabel),
      "decision.positiveLabel is not among labels",
    ),
    z.refine(
      (m) => (m.task === "multilabel") === (m.decision.policy === "thresholds"),
      "a multilabel task, and no other, has the thresholds policy",
    ),
    z.refine(
      ({ decision, labels }) => decision.policy !== "thresholds" || decision.thresholds.length === labels.length,
      "decision.thresholds has one entry a label",
    ),
    z.refine(
      ({ decision }) => decision.policy !== "thresholds" || decision.abstention.minimumProbability === undefined,
      "no label of a multilabel task is the best, so none can be below decision.abstention.minimumProbability",
    ),
    z.refine(
      (m) => (m.graph.head === "sigmoid" ? m.task !== "multiclass" : m.task !== "multilabel"),
      "graph.head is sigmoid for a multilabel task and never for a multiclass one",
    ),
    z.refine(
      ({ decision: { abstention }, graph, files }) =>
        abstention.outOfDistribution?.method !== "mahalanobis" ||
        (graph.features !== undefined && hasFile(files, abstention.outOfDistribution.file)),
      "the mahalanobis gate needs graph.features and its file among files",
    ),
    z.refine(
      ({ input }) =>
        [input.mean, input.standardDeviation].every((values) => values.length === (input.colour === "grey" ? 1 : 3)),
      "mean and standardDeviation have one entry a channel",
    ),
    z.refine((m) => m.input.standardDeviation.every((value) => value > 0), "standardDeviation is positive"),
  );

export type Manifest = z.infer<typeof manifestSchema>;
export type InputSpec = Manifest["input"];
export type Label = Manifest["labels"][number];
export type BundleFile = Manifest["files"][number];

/** Reads `bundle.json`. The detail of a failure names the field, never its content. */
export function parseManifest(value: unknown): Result<Manifest, Failure<"manifest_invalid">> {
  const parsed = parseShape(manifestSchema, value);
  if (parsed.ok) return parsed;
  const { path, message } = parsed.error;
  return fail("manifest_invalid", `bundle.json: ${path || "the document"}: ${message}`);
}
