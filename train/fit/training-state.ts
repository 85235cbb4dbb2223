// Everything a run needs to go on exactly where it stopped.

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
