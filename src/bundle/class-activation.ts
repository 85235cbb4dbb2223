// What a class activation map is made of: the last feature map of a network, and the dense layer that reads its mean.

/** height x width x channels. */
export type FeatureMap = { height: number; width: number; channels: number; data: Float32Array };

/** kernel: channels x logits; bias: logits. */
export type DenseHead = { kernel: Float32Array; bias: Float32Array };

/** A map of another node differs by whole logits, rounding in another order by 1e-5 of the largest. */
const TOLERANCE = 1e-3;

/** True when the head makes these logits of the map's mean over height and width; NaN never is. */
export function givesLogits(
  { height, width, channels, data }: FeatureMap,
  { kernel, bias }: DenseHead,
  logits: Float32Array,
): boolean {
  const count = logits.length;
  if (data.length !== height * width * channels || kernel.length !== channels * count || bias.length !== count)
    return false;
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i++) sums[i % channels] += data[i];
  const limit = TOLERANCE * logits.reduce((largest, logit) => Math.max(largest, Math.abs(logit)), 1);
  return logits.every((logit, c) => {
    const total = sums.reduce((sum, value, k) => sum + value * kernel[k * count + c], 0);
    return Math.abs(total / (height * width) + bias[c] - logit) <= limit;
  });
}
