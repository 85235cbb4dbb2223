// Images that no data set of photographs holds: what a gate against strangers must catch at the least. Seeded, and of
// the size that the model takes.

import { ok } from "../../../src/base/result.ts";
import { goldenSamples } from "../../../src/bundle/golden.ts";
import type { InputSpec } from "../../../src/bundle/manifest.ts";
import type { Split } from "../../data/dataset.ts";

/** The names that an evaluation gives them. */
export type StrangeKind = "uniform noise" | "flat colour" | "stripes";

export const STRANGE_KINDS: readonly StrangeKind[] = ["uniform noise", "flat colour", "stripes"];

/** No image that a gate was chosen on is one that it is measured on. */
const FIRST_SEED = { measuring: 1, choosing: 1_000_001 };

export function strangeImages(
  kind: StrangeKind,
  { width, height, colour }: Pick<InputSpec, "width" | "height" | "colour">,
  count: number,
  purpose: "choosing" | "measuring",
): Pick<Split, "count" | "nameOf" | "read"> {
  const channels = colour === "grey" ? 1 : 3;
  return {
    count,
    nameOf: (index) => `${kind} ${index}`,
    read: async (index) => {
      const random = goldenSamples(FIRST_SEED[purpose] + index, width * height * channels);
      const data = random.map((sample, at) => toSample(kind, random, sample, at, { width, channels }));
      return ok({ width, height, channels, data, maxValue: 255 });
    },
  };
}

function toSample(
  kind: StrangeKind,
  random: Uint8Array,
  sample: number,
  at: number,
  { width, channels }: { width: number; channels: number },
): number {
  switch (kind) {
    case "uniform noise":
      return sample;
    case "flat colour":
      return random[at % channels];
    case "stripes": {
      const pixel = Math.floor(at / channels);
      const along = random[3] % 2 === 0 ? pixel % width : Math.floor(pixel / width);
      return Math.floor(along / (1 + (random[4] % 4))) % 2 === 0 ? random[5] : random[6];
    }
  }
}
