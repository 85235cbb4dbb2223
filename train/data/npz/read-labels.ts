// An array of labels, in whatever shape and type it arrived, as the bytes of a split.

import { fail, ok, type Failure, type Result } from "../../../src/base/result.ts";
import type { Task } from "../dataset.ts";
import type { Npy } from "./npy.ts";

/** Takes (count) or (count, 1) class indices, or (count, classCount) zeros and ones for multilabel. */
export function readLabels(
  { shape, values }: Npy,
  { count, task, classCount }: { count: number; task: Task; classCount: number },
  name: string,
): Result<Uint8Array<ArrayBuffer>, Failure<"data_invalid">> {
  const width = task === "multilabel" ? classCount : 1;
  const fits = shape[0] === count && (shape.length === 2 ? shape[1] === width : shape.length === 1 && width === 1);
  if (!fits)
    return fail("data_invalid", `${name}: (${shape.join(", ")}), expected ${width} for each of the ${count} images`);
  const largest = task === "multilabel" ? 1 : classCount - 1;
  const labels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const label = values[i];
    if (!Number.isInteger(label) || label < 0 || label > largest)
      return fail("data_invalid", `${name}: image ${Math.floor(i / width)} has ${label}, expected 0 to ${largest}`);
    labels[i] = label;
  }
  return ok(labels);
}
