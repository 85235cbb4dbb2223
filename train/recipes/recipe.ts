// One training experiment: data set, architecture, hyper-parameters, decision policy.

import type { Failure, Result } from "../../src/base/result.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import type { Dataset } from "../data/dataset.ts";
import type { DecisionPlan } from "../decide/fit-decision.ts";
import type { HyperParameters } from "../fit/hyper-parameters.ts";
import type { DownloadProgress } from "../data/sets/download.ts";
import type { NetworkPlan } from "../transfer/build-network.ts";

export type Recipe = {
  /** The released model's name, version and words. */
  release: Pick<Manifest, "name" | "version" | "title" | "task" | "licence" | "intendedUse" | "limitations">;
  input: Manifest["input"];
  /** What is decided whatever the images say; or a plan, and validation images settle it. */
  decision: Manifest["decision"] | DecisionPlan;
  loadData: (
    dataDir: string | undefined,
    onProgress: (file: string, ...progress: Parameters<DownloadProgress>) => void,
  ) => Promise<Result<Dataset, Failure<string>>>;
  network: NetworkPlan;
  fit: HyperParameters;
  /** Share of the training images held back where the data set has no validation split. */
  validationSplit: number;
  seed: number;
};
