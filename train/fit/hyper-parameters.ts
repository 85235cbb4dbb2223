// How a network is fitted. A recipe gives every number its reason.

import type { Augmentation } from "./batches/augment.ts";
import type { LossOptions } from "./gradients/loss.ts";
import type { Schedule } from "./learning-rate.ts";

export type HyperParameters = {
  /** Of each run. */
  epochs: number;
  /**
   * The network is fitted so many times from the same first weights, in other orders and with other augmentation, and
   * the weights that the runs kept are averaged (a uniform model soup, Wortsman et al. 2022). It is for trained
   * backbones: runs from nothing end too far from each other to be averaged. One if it is not given.
   */
  runs?: number;
  batchSize: number;
  /**
   * A batch is cut into this many shards, each with a forward pass and batch statistics of its own, their gradients
   * averaged. The result depends on this number and not on how many workers share the shards.
   */
  shards: number;
  schedule: Schedule;
  /** Decoupled weight decay of AdamW, on kernels only; 0 is plain Adam. */
  weightDecay: number;
  /** Gradients of a larger global norm are scaled down to it. */
  clipNorm?: number;
  /** Decay a step of the exponential moving average of the weights, which is then what is validated and kept. */
  averageDecay?: number;
  loss: LossOptions;
  augmentation?: Augmentation | undefined;
  /** Epochs without a lower validation loss after which a run ends. */
  patience?: number;
};
