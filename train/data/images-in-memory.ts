// Images of one size that stand decoded in one buffer, as a split. Reading one gives a view, not a copy.

import { ok } from "../../src/base/result.ts";
import type { Split } from "./dataset.ts";

/** `samples` holds count x height x width x channels integers from 0 to 255; `labels` is as in Split. */
export type LabelledImages = {
  count: number;
  height: number;
  width: number;
  channels: 1 | 3;
  samples: Uint8Array<ArrayBuffer>;
  labels: Uint8Array<ArrayBuffer>;
};

/** Images are named by their index. */
export function toSplit({ count, height, width, channels, samples, labels }: LabelledImages): Split {
  const size = height * width * channels;
  return {
    count,
    labels,
    nameOf: String,
    read: async (index) => {
      const data = samples.subarray(index * size, (index + 1) * size);
      return ok({ height, width, channels, data, maxValue: 255 });
    },
  };
}
