// The part of the manifest that says how logits become probabilities and probabilities a decision.

import * as z from "zod/mini";
import { filePath, probability, text } from "./manifest-fields.ts";

export const calibrationSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("none") }),
  /** Guo et al. 2017, "On Calibration of Modern Neural Networks": logits are divided by `temperature`. */
  z.strictObject({ method: z.literal("temperature"), temperature: z.number().check(z.positive()) }),
]);

/** The gate against inputs unlike the training data. */
const outOfDistributionSchema = z.discriminatedUnion("method", [
  /** Liu et al. 2020, "Energy-based Out-of-distribution Detection": abstain above this free energy of the raw logits. */
  z.strictObject({ method: z.literal("energy"), maximumEnergy: z.number() }),
  /** Lee et al. 2018: abstain above this distance of the features from the nearest class; the file holds the classes. */
  z.strictObject({
    method: z.literal("mahalanobis"),
    file: filePath,
    maximumDistance: z.number().check(z.positive()),
  }),
]);

/** A decision is withheld when the input looks unlike the training data or the best probability is too low. */
const abstentionSchema = z.strictObject({
  minimumProbability: z.optional(probability),
  outOfDistribution: z.optional(outOfDistributionSchema),
});

const operatingPointSchema = z.strictObject({
  chosenOn: text,
  sensitivity: probability,
  specificity: probability,
});

export const decisionSchema = z.discriminatedUnion("policy", [
  z.strictObject({ policy: z.literal("argmax"), abstention: abstentionSchema }),
  z.strictObject({
    policy: z.literal("threshold"),
    positiveLabel: text,
    threshold: probability,
    operatingPoint: operatingPointSchema,
    abstention: abstentionSchema,
  }),
  /** Each label for itself; one entry a label, in the order of the labels. */
  z.strictObject({
    policy: z.literal("thresholds"),
    thresholds: z.array(z.strictObject({ threshold: probability, operatingPoint: operatingPointSchema })),
    abstention: abstentionSchema,
  }),
]);
