// What a decoder has to give for an input: no more pixels than the resize has a use for.

import type { InputSpec } from "../bundle/manifest.ts";
import type { ReadLimits, Reduction } from "../image/image-rows.ts";
import { placeImage, type Size } from "./place-image.ts";

const REDUCTIONS: readonly Reduction[] = [8, 4, 2];

export function toReadLimits(spec: InputSpec): ReadLimits {
  return { maxPixels: spec.maxPixels, colour: spec.colour, reduce: (upright) => chooseReduction(upright, spec) };
}

/** The largest reduction that leaves, along both axes, as many samples as the manifest wants for each of the input's. */
export function chooseReduction(
  upright: Size,
  spec: Pick<InputSpec, "width" | "height" | "resize" | "oversampling">,
): Reduction {
  const { source, target } = placeImage(upright, spec);
  const wanted = spec.oversampling ?? 1;
  const spare = Math.min(source.width / target.width, source.height / target.height) / wanted;
  return REDUCTIONS.find((reduction) => reduction <= spare) ?? 1;
}
