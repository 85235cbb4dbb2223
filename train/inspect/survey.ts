// Looks at every image of a split once: what is there, what is damaged, and what later comparisons need.

import { createHash } from "node:crypto";
import type { Pixels } from "../../src/image/pixels.ts";
import type { Split, Task } from "../data/dataset.ts";
import { classesOf } from "../data/classes-of.ts";
import { toFingerprint, type Fingerprint } from "../data/fingerprint.ts";
import { collectFingerprints, type Fingerprints } from "../data/near-duplicates.ts";

export type Survey = {
  name: string;
  split: Split;
  /** Images of each class, in the order of the classes. */
  classCounts: number[];
  groupCount: number | undefined;
  /** Such as "224 x 224, 1 channel, 8 bits", the commonest first. */
  kinds: { kind: string; count: number }[];
  /** Of all samples, from 0 to 1 of what their depth can hold; undefined when no image could be read. */
  values: { lowest: number; highest: number; mean: number } | undefined;
  damaged: { index: number; reason: string; detail: string }[];
  /** Index of each readable image; the two below go with it. */
  readable: number[];
  fingerprints: Fingerprints;
  /** Of the pixels: the same for the same picture in another file. */
  digests: string[];
};

export async function surveySplit(
  { name, split }: { name: string; split: Split },
  task: Task,
  classCount: number,
  onImage: (done: number) => void,
): Promise<Survey> {
  const classCounts = Array.from({ length: classCount }, () => 0);
  const kinds = new Map<string, number>();
  const damaged: Survey["damaged"] = [];
  const readable: number[] = [];
  const fingerprints: Fingerprint[] = [];
  const digests: string[] = [];
  let [lowest, highest, sum] = [1, 0, 0];
  for (let index = 0; index < split.count; index++) {
    for (const label of classesOf(split, task, index)) classCounts[label]++;
    const read = await split.read(index);
    onImage(index + 1);
    if (!read.ok) {
      damaged.push({ index, ...read.error });
      continue;
    }
    const pixels = read.value;
    const kind = describe(pixels);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const range = toRange(pixels);
    lowest = Math.min(lowest, range.lowest);
    highest = Math.max(highest, range.highest);
    sum += range.mean;
    readable.push(index);
    fingerprints.push(toFingerprint(pixels));
    digests.push(createHash("sha256").update(kind).update(pixels.data).digest("base64"));
  }
  return {
    name,
    split,
    classCounts,
    groupCount: split.groups && new Set(split.groups).size,
    kinds: [...kinds].map(([kind, count]) => ({ kind, count })).toSorted((a, b) => b.count - a.count),
    values: readable.length > 0 ? { lowest, highest, mean: sum / readable.length } : undefined,
    damaged,
    readable,
    fingerprints: collectFingerprints(fingerprints),
    digests,
  };
}

const describe = ({ width, height, channels, maxValue }: Pixels): string =>
  `${width} x ${height}, ${channels} ${channels === 1 ? "channel" : "channels"}, ${maxValue === 255 ? 8 : 16} bits`;

function toRange({ data, maxValue }: Pixels): { lowest: number; highest: number; mean: number } {
  let [lowest, highest, sum] = [maxValue as number, 0, 0];
  for (const value of data) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    sum += value;
  }
  return { lowest: lowest / maxValue, highest: highest / maxValue, mean: sum / data.length / maxValue };
}
