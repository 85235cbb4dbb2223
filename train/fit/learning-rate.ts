// The learning rate of each step.

export type Schedule =
  | { kind: "constant"; learningRate: number }
  /** Linear from 0 over the warm-up, then half a cosine down to 0 (Loshchilov and Hutter 2017, without restarts). */
  | { kind: "cosine"; learningRate: number; warmupEpochs: number };

/** `step` counts from 0 over the whole run. */
export function learningRateAt(schedule: Schedule, step: number, stepsPerEpoch: number, epochs: number): number {
  if (schedule.kind === "constant") return schedule.learningRate;
  const warmup = schedule.warmupEpochs * stepsPerEpoch;
  if (step < warmup) return (schedule.learningRate * (step + 1)) / warmup;
  const progress = (step - warmup) / Math.max(1, epochs * stepsPerEpoch - warmup);
  return 0.5 * schedule.learningRate * (1 + Math.cos(Math.PI * Math.min(1, progress)));
}
