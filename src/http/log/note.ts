// What handlers leave for the log line of their request.

import type { Failure, Result } from "../../base/result.ts";
import type { Prediction } from "../../predict.ts";
import type { ServedModel } from "../../registry/cache/model-cache.ts";
import type { RequestContext } from "../env.ts";

export function noteModel({ var: { facts } }: RequestContext, { manifest, digest, channel }: ServedModel): void {
  Object.assign(facts, { model: manifest.name, version: manifest.version, digest, ...(channel && { channel }) });
}

/** What the images of a request came to: sizes, and kinds of decisions, of those that were answered. */
export function noteAnswers(
  { var: { facts } }: RequestContext,
  answered: readonly Result<Prediction, Failure<string>>[],
): void {
  facts.images = answered.length;
  facts.pixels = 0;
  facts.outcomes = {};
  for (const answer of answered) {
    if (!answer.ok) continue;
    const { image, decision } = answer.value;
    facts.pixels += image.width * image.height;
    facts.outcomes[decision.outcome] = (facts.outcomes[decision.outcome] ?? 0) + 1;
  }
}

/** Adds what has passed since `began`. */
export function noteTime(
  { var: { facts, now } }: RequestContext,
  fact: "waitMs" | "bodyMs" | "modelMs",
  began: number,
): void {
  facts[fact] = (facts[fact] ?? 0) + now() - began;
}
