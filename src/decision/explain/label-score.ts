// The score that a map explains: a label's logit. Where one sigmoid logit stands for two labels, what speaks for the
// second speaks against the first.

import type { Manifest } from "../../bundle/manifest.ts";

/** The score is `sign` times the logit at `index`. */
export type LabelScore = { index: number; sign: 1 | -1 };

/** `label` counts from 0 in the manifest's order. */
export function toLabelScore(
  label: number,
  { task, graph }: Pick<Manifest, "task"> & { graph: Pick<Manifest["graph"], "head"> },
): LabelScore {
  if (task !== "binary" || graph.head !== "sigmoid") return { index: label, sign: 1 };
  return { index: 0, sign: label === 0 ? -1 : 1 };
}
