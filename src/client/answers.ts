// What the service answers, as an application reads it.

import type { ServiceErrorCode } from "./edgescope-error.ts";

/** A code of a terminology, such as SNOMED CT or RadLex. */
export type Coding = { system: string; code: string; display: string };

export type ModelIdentity = {
  name: string;
  version: string;
  /** SHA-256 of the model's manifest. */
  digest: string;
  /** Absent where the version was asked for as such. */
  channel?: string | undefined;
};

export type LabelScore = {
  label: string;
  coding?: Coding | undefined;
  /** Calibrated. */
  probability: number;
  /** The raw score before calibration. */
  logit: number;
};

export type Decision =
  | { outcome: "label"; label: string }
  | { outcome: "positive" | "negative"; label: string; threshold: number }
  | { outcome: "labels"; labels: string[] }
  | { outcome: "abstain"; reason: "low_probability" | "out_of_distribution" };

/** As it was decoded. */
export type ImageFacts = {
  mediaType?: "image/png" | "image/jpeg" | "image/webp" | undefined;
  width: number;
  height: number;
};

/** What moved a label's score: one number for each cell of a grid over the model's input, row by row. */
export type Explanation = {
  label: string;
  coding?: Coding | undefined;
  /** Class activation: the mean of the values and a constant are the logit. Occlusion: how far the logit falls. */
  method: "class_activation" | "occlusion";
  height: number;
  width: number;
  values: number[];
  /** The overlay's colours run from one end to the other. */
  range: { minimum: number; maximum: number };
  /** Where the grid lies, in pixels of the image that was sent; beyond its edges where the model's input is padded. */
  area: { x: number; y: number; width: number; height: number };
  /** How many covered copies of the image were classified for it. */
  occlusions: number;
  /** A PNG as a data: URL: the image under the grid's colours. */
  overlay: string;
  caution: string;
};

export type ImageResult = {
  /** The most probable first. */
  labels: LabelScore[];
  decision: Decision;
  image: ImageFacts;
  /** There where the call asked for it. */
  explanation?: Explanation | undefined;
};

type Answer = { requestId: string; model: ModelIdentity; notice: string };

export type Classification = Answer & ImageResult;

/** Why one image of several has no result. */
export type ImageError = { code: ServiceErrorCode; title: string; status: number; detail: string };

/** One entry an image, in their order. */
export type Classifications = Answer & { results: (ImageResult | { error: ImageError })[] };

export type ModelCard = {
  model: ModelIdentity;
  title: string;
  task: "binary" | "multiclass" | "multilabel";
  labels: { label: string; coding?: Coding | undefined }[];
  /** The size in pixels, and the ceilings of what may be posted, among other things. */
  input: { width: number; height: number; colour: "grey" | "rgb"; maxBytes: number; maxPixels: number };
  calibration: { method: string };
  decision: { policy: string };
  training: { dataset: { name: string; licence: string; citation: string }; recipe: string };
  licence: string;
  intendedUse: string;
  limitations: string[];
  notice: string;
};

export type ModelList = {
  models: string[];
  /** Of each model, what its channels name. */
  channels: Record<string, Record<string, { version: string; digest: string }>>;
  notice: string;
};

export type Health = { status: "ready"; notice: string };
