// Which classes one image has: one, or for multilabel any number.

import type { Split, Task } from "./dataset.ts";

export function classesOf({ count, labels }: Pick<Split, "count" | "labels">, task: Task, index: number): number[] {
  if (task !== "multilabel") return [labels[index]];
  const width = labels.length / count;
  const row = labels.subarray(index * width, (index + 1) * width);
  return [...row.entries()].filter(([, present]) => present === 1).map(([label]) => label);
}
