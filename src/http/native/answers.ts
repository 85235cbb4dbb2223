// What a prediction and a model look like in the native dialect.

import type { Label } from "../../bundle/manifest.ts";
import type { Model } from "../../model/model.ts";
import type { Prediction } from "../../predict.ts";
import { CHANNEL } from "../inference.ts";
import { NOTICE } from "../notice.ts";

/** The `top` most probable labels, the most probable first; `logit` is the raw score before calibration. */
export function toClassification(
  { scores, decision, image }: Prediction,
  model: Model,
  requestId: string,
  top: number,
) {
  const ranked = scores.toSorted((a, b) => b.probability - a.probability).slice(0, top);
  return {
    requestId,
    model: toModelIdentity(model),
    labels: ranked.map(({ label, probability, logit }) => ({ ...toNamedLabel(label), probability, logit })),
    decision,
    image,
    notice: NOTICE,
  };
}

/** What a caller may want to know of a model before trusting an answer of it. */
export function toModelCard(model: Model) {
  const { title, task, labels, input, calibration, decision, training, licence, intendedUse, limitations } =
    model.manifest;
  return {
    model: toModelIdentity(model),
    title,
    task,
    labels: labels.map(toNamedLabel),
    input,
    calibration,
    decision,
    training,
    licence,
    intendedUse,
    limitations,
    notice: NOTICE,
  };
}

function toModelIdentity({ manifest, digest }: Model) {
  return { name: manifest.name, version: manifest.version, digest, channel: CHANNEL };
}

const toNamedLabel = ({ name, coding }: Label) => ({ label: name, ...(coding && { coding }) });
