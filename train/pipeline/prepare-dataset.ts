// Reads every image of a data set once before the training: those that are learnt from are kept preprocessed, the test
// images need only be readable, so that a damaged one is named before hours of training and not after.

import { ok, type Failure, type Result } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { Dataset } from "../data/dataset.ts";
import { splitValidation, toInputs, type Inputs } from "../fit/inputs.ts";
import { createImageReader, type ReadAllReason } from "./image-reader.ts";
import type { ImageStorage } from "./image-storage.ts";

export type PrepareOptions = {
  /** Threads that decode. */
  workers: number;
  signal: AbortSignal;
  onImage: (done: number, total: number) => void;
};

/** Validates on the data set's own split where it has one, and otherwise on the last of its training images. */
export async function prepareDataset(
  { train, validation: held, test }: Pick<Dataset, "train" | "validation" | "test">,
  { input, validationSplit }: { input: InputSpec; validationSplit: number },
  storage: ImageStorage,
  { workers, signal, onImage }: PrepareOptions,
): Promise<Result<{ training: Inputs; validation: Inputs }, Failure<ReadAllReason>>> {
  const total = train.count + (held?.count ?? 0) + test.count;
  let done = 0;
  const reader = createImageReader({ workers, signal, onImage: () => onImage(++done, total) });
  try {
    const readable = await reader.readAll(test, input);
    if (!readable.ok) return readable;
    const training = await toInputs(train, input, reader, storage);
    if (!training.ok) return training;
    if (!held) return ok(splitValidation(training.value, validationSplit));
    const validation = await toInputs(held, input, reader, storage);
    return validation.ok ? ok({ training: training.value, validation: validation.value }) : validation;
  } finally {
    await reader.close();
  }
}
