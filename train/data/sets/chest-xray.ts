// The chest X-rays of Kermany et al. 2018 from a folder: the official training and test images by class, at the size
// that this copy has. Validation is cut from the training images, whole patients at a time, and is always the same.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import { createImageDecoder } from "../../../src/image/decode-image.ts";
import { loadCodecModules } from "../../codec-modules.ts";
import type { Dataset } from "../dataset.ts";
import { GROUPINGS } from "../files/group-of.ts";
import { readImageFolder, type FolderReason } from "../files/image-folder.ts";
import { toDataset } from "../to-dataset.ts";

export type ChestXrayReason = FolderReason | "split_impossible";

const ADDRESS = "https://data.mendeley.com/datasets/rscbjbr9sj/2";

/** One training image in ten, so that some 130 are normal; the seed is arbitrary and the recipe's does not change it. */
const VALIDATION = { validation: 0.1, test: 0, seed: 1 };

/** The data set's digest is that of the files' names and digests, so that each copy and size has its own. */
export async function loadChestXray(dataDir: string | undefined): Promise<Result<Dataset, Failure<ChestXrayReason>>> {
  if (dataDir === undefined) {
    const sentence = `the chest X-rays are not downloaded by name. Fetch ChestXRay2017 from ${ADDRESS} and name the folder that holds train and test with --data DIR.`;
    return fail("data_missing", sentence);
  }
  const decodeImage = createImageDecoder(await loadCodecModules());
  const folder = await readImageFolder(dataDir, decodeImage, GROUPINGS.get("chest-xray"));
  if (!folder.ok) return folder;
  const { splits, classes } = folder.value;
  const [found, expected] = [Object.keys(splits).toSorted().join(", "), "test, train"];
  // A copy with 16 validation images circulates; thresholds cannot be chosen on so few.
  if (found !== expected || classes.join() !== "NORMAL,PNEUMONIA") {
    return fail(
      "folder_invalid",
      `${dataDir}: expected the folders train and test, each with NORMAL and PNEUMONIA, and no other; images of val belong into train`,
    );
  }
  const facts = {
    name: "chest-xray",
    licence: "CC BY 4.0",
    citation:
      "D. Kermany, K. Zhang, M. Goldbaum, Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification, Mendeley Data v2 (2018), doi:10.17632/rscbjbr9sj.2",
  };
  const dataset = toDataset(folder.value, facts, VALIDATION);
  // As PneumoniaMNIST calls them, so that models of the two can be compared.
  return dataset.ok ? ok({ ...dataset.value, classes: ["normal", "pneumonia"] }) : dataset;
}
