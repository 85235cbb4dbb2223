// The ceilings on one image: the model's own, unless the service's are lower.

import type { ServedModel } from "../../registry/cache/model-cache.ts";

export type ImageCeilings = { bytes: number; pixels: number };

/** The model as it is asked here, described by its card and obeyed by the decoder. */
export function withCeilings(model: ServedModel, { bytes, pixels }: ImageCeilings): ServedModel {
  const { input } = model.manifest;
  if (input.maxBytes <= bytes && input.maxPixels <= pixels) return model;
  const lowered = { maxBytes: Math.min(input.maxBytes, bytes), maxPixels: Math.min(input.maxPixels, pixels) };
  return { ...model, manifest: { ...model.manifest, input: { ...input, ...lowered } } };
}
