// A class activation map (Zhou et al. 2016, "Learning Deep Features for Discriminative Localization"): how much each
// place of the last feature map adds to a label's score.

import type { DenseHead, FeatureMap } from "../../bundle/class-activation.ts";
import type { LabelScore } from "./label-score.ts";
import type { ScoreGrid } from "./score-grid.ts";

/** The mean of the values, and the sign times the head's bias, add up to the score. */
export function classActivationMap(
  { height, width, channels, data }: FeatureMap,
  { kernel, bias }: DenseHead,
  { index, sign }: LabelScore,
): ScoreGrid {
  const logits = bias.length;
  const weights = Float64Array.from({ length: channels }, (_, channel) => sign * kernel[channel * logits + index]);
  const values = new Float64Array(height * width);
  for (let cell = 0, at = 0; cell < values.length; cell++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += weights[channel] * data[at++];
    values[cell] = sum;
  }
  return { height, width, values };
}
