// What an evaluation says of how it was made, for whoever reads its figures without this code.

import { CALIBRATION_BINS } from "./metrics/calibration-error.ts";
import { RESAMPLES } from "./metrics/uncertainty/bootstrap.ts";

/** Intervals are at 95 %. */
export const METHODS: Record<string, string> = {
  wilson: "Wilson score interval; images are taken as independent, so it is too narrow where patients gave several",
  delong: "DeLong, by the fast algorithm of Sun and Xu 2014, cut at 0 and 1; images are taken as independent",
  newcombe: "Newcombe 2006, part 2, method 5, where DeLong's variance is zero or cannot be estimated",
  bootstrap: `percentiles of ${RESAMPLES} seeded resamples, stratified by the truth; of whole groups where groups are known`,
  accuracy: "abstention is taken away: every image has an answer",
  auc: "Mann-Whitney, ties one half; macro: the mean of each label against the rest",
  averagePrecision: "sum of precision times the recall it adds, at each distinct score; no interpolation",
  calibrationError: `expected calibration error over ${CALIBRATION_BINS} bins of equal width`,
  brier: "squared distance of the probability from what came true; summed over the classes of a multiclass task",
  riskCoverageArea: "mean error rate over all coverages, the least confident images withheld first",
  outOfDistribution:
    "uniform noise, flat colour and stripes are generated; a fitted gate was chosen on the same kinds with other seeds, so only the named sets are news to it",
  corruptions:
    "ImageNet-C's parameters (Hendrycks and Dietterich 2019), the blur scaled by the root of the side, and rotation",
};
