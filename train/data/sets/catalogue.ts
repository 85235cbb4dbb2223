// The data sets that are known by name: where they come from, what pins them, what they may be used for.

import type { Failure, Result } from "../../../src/base/result.ts";
import { loadChestXray, type ChestXrayReason } from "./chest-xray.ts";
import type { Dataset } from "../dataset.ts";
import type { DownloadProgress } from "./download.ts";
import { loadMedMnist, type MedMnistReason } from "./medmnist.ts";
import { MEDMNIST_SETS, type MedMnistName } from "./medmnist-sets.ts";
import { loadMnist, type DataReason } from "./mnist.ts";

export type LoadDataset = (
  dataDir: string | undefined,
  onProgress: (file: string, ...progress: Parameters<DownloadProgress>) => void,
) => Promise<Result<Dataset, Failure<DataReason | MedMnistReason | ChestXrayReason>>>;

/** A loader reads from `dataDir` when it is given and otherwise downloads, or says where the data can be had. */
export const CATALOGUE: ReadonlyMap<string, LoadDataset> = new Map<string, LoadDataset>([
  ["mnist", loadMnist],
  ["chest-xray", loadChestXray],
  ...(Object.keys(MEDMNIST_SETS) as MedMnistName[]).map((name): [string, LoadDataset] => [
    name,
    (dataDir, onProgress) => loadMedMnist(name, dataDir, onProgress),
  ]),
]);
