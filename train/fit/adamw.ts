// AdamW (Loshchilov and Hutter 2019; Adam: Kingma and Ba 2015) on flat arrays, in place. With no weight decay it is Adam.

const BETA1 = 0.9;
const BETA2 = 0.999;
/** Keras' default. */
const EPSILON = 1e-7;

/** First and second moments, one entry a parameter. */
export type Moments = { first: Float32Array<ArrayBuffer>; second: Float32Array<ArrayBuffer> };

/** Parameters from `from` to `to`; only those marked decay. */
export type Segment = { from: number; to: number; decays: boolean };

/** One update of the segments' parameters; `step` counts from 1. */
export function adamwStep(
  parameters: Float32Array,
  gradients: Float32Array,
  { first, second }: Moments,
  segments: readonly Segment[],
  { step, learningRate, weightDecay }: { step: number; learningRate: number; weightDecay: number },
): void {
  // Both moments' corrections, outside of the loop, where one division and one root a parameter are left.
  const rate = learningRate / (1 - BETA1 ** step);
  const rootCorrection = 1 / Math.sqrt(1 - BETA2 ** step);
  for (const { from, to, decays } of segments) {
    const keep = decays ? 1 - learningRate * weightDecay : 1;
    for (let i = from; i < to; i++) {
      const gradient = gradients[i];
      const mean = (first[i] = BETA1 * first[i] + (1 - BETA1) * gradient);
      const square = (second[i] = BETA2 * second[i] + (1 - BETA2) * gradient * gradient);
      parameters[i] = parameters[i] * keep - (rate * mean) / (Math.sqrt(square) * rootCorrection + EPSILON);
    }
  }
}

/** Scales the segments' gradients so that their global norm is at most `maximum`. */
export function clipNorm(gradients: Float32Array, segments: readonly Segment[], maximum: number): void {
  let sum = 0;
  for (const { from, to } of segments) for (let i = from; i < to; i++) sum += gradients[i] * gradients[i];
  const scale = maximum / Math.sqrt(sum);
  if (!(scale < 1)) return;
  for (const { from, to } of segments) for (let i = from; i < to; i++) gradients[i] *= scale;
}
