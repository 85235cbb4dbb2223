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
  const correction1 = 1 - BETA1 ** step;
  const correction2 = 1 - BETA2 ** step;
  for (const { from, to, decays } of segments) {
    const keep = decays ? 1 - learningRate * weightDecay : 1;
    for (let i = from; i < to; i++) {
      const gradient = gradients[i];
      first[i] = BETA1 * first[i] + (1 - BETA1) * gradient;
      second[i] = BETA2 * second[i] + (1 - BETA2) * gradient * gradient;
      const update = first[i] / correction1 / (Math.sqrt(second[i] / correction2) + EPSILON);
      parameters[i] = parameters[i] * keep - learningRate * update;
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
