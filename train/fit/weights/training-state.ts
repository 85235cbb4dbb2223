// Everything a run needs to go on exactly where it stopped, and how it begins and ends.

export type EpochRecord = {
  epoch: number;
  learningRate: number;
  loss: number;
  accuracy: number;
  validationLoss: number;
  validationAccuracy: number;
};

/** Sums over the batches of the epoch under way; epochs count through all runs, `step` counts the run's batches. */
export type Position = { epoch: number; batch: number; step: number; lossSum: number; correct: number };

/** Flat arrays over all weights, see weight-layout.ts. */
export type TrainingArrays = {
  parameters: Float32Array<ArrayBuffer>;
  firstMoments: Float32Array<ArrayBuffer>;
  secondMoments: Float32Array<ArrayBuffer>;
  /** The exponential moving average; equal to the parameters where the recipe asks for none. */
  average: Float32Array<ArrayBuffer>;
  /** Of the run's epoch with the lowest validation loss. */
  best: Float32Array<ArrayBuffer>;
  /** The sum of what the ended runs have kept. */
  ended: Float32Array<ArrayBuffer>;
};

export type TrainingState = { position: Position; history: EpochRecord[]; arrays: TrainingArrays };

/** The same in a run, where each step moves some of them. */
export type LiveArrays = Record<keyof TrainingArrays, Float32Array>;

/** What the next step does not move. */
export function copyOf(arrays: LiveArrays): TrainingArrays {
  return {
    parameters: arrays.parameters.slice(),
    firstMoments: arrays.firstMoments.slice(),
    secondMoments: arrays.secondMoments.slice(),
    average: arrays.average.slice(),
    best: arrays.best.slice(),
    ended: arrays.ended.slice(),
  };
}

/** Of a run that begins. */
export function initialArrays(initial: Float32Array): TrainingArrays {
  const zeros = () => new Float32Array(initial.length);
  return {
    parameters: Float32Array.from(initial),
    firstMoments: zeros(),
    secondMoments: zeros(),
    average: Float32Array.from(initial),
    best: zeros(),
    ended: zeros(),
  };
}

/** The last of those with the lowest validation loss. */
export function bestEpochOf(history: readonly EpochRecord[]): number {
  return history.reduce((best, record) => (record.validationLoss <= best.validationLoss ? record : best)).epoch;
}

/** What the run has kept is added to the other runs', and the next one begins where it began. */
export function endRun(arrays: LiveArrays, initial: Float32Array): void {
  const { ended, best } = arrays;
  for (let i = 0; i < ended.length; i++) ended[i] += best[i];
  arrays.parameters.set(initial);
  arrays.average.set(initial);
  arrays.firstMoments.fill(0);
  arrays.secondMoments.fill(0);
}
