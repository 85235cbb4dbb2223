// The signatures of a model: what TensorFlow Serving's clients may ask for by name, and what its metadata says of them.

import type { Manifest } from "../../bundle/manifest.ts";
import type { ModelMetadata, TensorInfo } from "./answer-schemas.ts";

/** The first gives rows of probabilities, as a classifier exported from Keras does; it answers whoever names none. */
export const DEFAULT_SIGNATURE = "serving_default";

/** The outputs of each signature for `:predict`. Every one takes samples and files; the metadata has room for one type. */
export const PREDICT_OUTPUTS = {
  serving_default: ["probabilities"],
  serving_bytes: ["probabilities"],
  named_outputs: ["probabilities", "logits", "decision", "label"],
} as const;

export type PredictSignature = keyof typeof PREDICT_OUTPUTS;
export type OutputName = (typeof PREDICT_OUTPUTS)[PredictSignature][number];

/** For `:classify`. */
export const CLASSIFY_SIGNATURE = "classification";

/** GetModelMetadataResponse in JSON. The image's size is the model's own; images of another are resized. */
export function toModelMetadata({ name, version, input, labels }: Manifest): ModelMetadata {
  const images = tensor("images", "DT_FLOAT", -1, input.height, input.width, input.colour === "grey" ? 1 : 3);
  const imageBytes = tensor("image_bytes", "DT_STRING", -1);
  const outputs = {
    probabilities: tensor("probabilities", "DT_FLOAT", -1, labels.length),
    logits: tensor("logits", "DT_FLOAT", -1, labels.length),
    decision: tensor("decision", "DT_STRING", -1),
    label: tensor("label", "DT_STRING", -1),
  };
  const predict = (signature: PredictSignature, inputs: Record<string, TensorInfo>) => ({
    inputs,
    outputs: Object.fromEntries(PREDICT_OUTPUTS[signature].map((output) => [output, outputs[output]])),
    method_name: "tensorflow/serving/predict",
  });
  return {
    model_spec: { name, signature_name: "", version },
    metadata: {
      signature_def: {
        signature_def: {
          serving_default: predict("serving_default", { images }),
          serving_bytes: predict("serving_bytes", { image_bytes: imageBytes }),
          named_outputs: predict("named_outputs", { images }),
          [CLASSIFY_SIGNATURE]: {
            inputs: { inputs: tensor("inputs", "DT_STRING", -1) },
            outputs: {
              classes: tensor("classes", "DT_STRING", -1, labels.length),
              scores: tensor("scores", "DT_FLOAT", -1, labels.length),
            },
            method_name: "tensorflow/serving/classify",
          },
        },
      },
    },
  };
}

function tensor(name: string, dtype: TensorInfo["dtype"], ...sizes: number[]): TensorInfo {
  const dim = sizes.map((size) => ({ size: String(size), name: "" as const }));
  return { dtype, tensor_shape: { dim, unknown_rank: false }, name: `${name}:0` };
}
