// How the model fares as images get worse: figures for each kind of damage at each severity.

import { ok, type Failure, type Result } from "../../../src/base/result.ts";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import type { Verdict } from "../../../src/decision/decide.ts";
import {
  CORRUPTION_KINDS,
  corrupt,
  SEVERITIES,
  type CorruptionKind,
  type Severity,
} from "../corruptions/corruptions.ts";
import { toShare, type Figure } from "../metrics/figure.ts";
import { toOutcomes } from "../outcomes.ts";
import type { PredictionsOptions } from "../predictions.ts";

/** `withheld` is the share of images without an answer; accuracy is that of all images, abstention taken away. */
type CorruptionFigures = { accuracy: Figure; withheld: Figure };

export type CorruptionReport = {
  /** How many images, the same ones everywhere. */
  images: number;
  undamaged: CorruptionFigures;
  damaged: ({ kind: CorruptionKind; severity: Severity } & CorruptionFigures)[];
};

/** How often each image is looked at: once as it is, and once a kind and severity. */
export const CORRUPTION_PASSES = 1 + CORRUPTION_KINDS.length * SEVERITIES.length;

/** `truth` is that of the images at `indices`; `collect` gives their verdicts. */
export async function reportCorruptions<Reason extends string>(
  manifest: Pick<Manifest, "task" | "labels" | "calibration" | "decision">,
  truth: ArrayLike<number>,
  indices: readonly number[],
  collect: (options: PredictionsOptions) => Promise<Result<Verdict[], Failure<Reason>>>,
): Promise<Result<CorruptionReport, Failure<Reason>>> {
  const undamaged = await collect({ indices });
  if (!undamaged.ok) return undamaged;
  const damaged: CorruptionReport["damaged"] = [];
  for (const kind of CORRUPTION_KINDS) {
    for (const severity of SEVERITIES) {
      const verdicts = await collect({ indices, change: (pixels, index) => corrupt(pixels, kind, severity, index) });
      if (!verdicts.ok) return verdicts;
      damaged.push({ kind, severity, ...toFigures(verdicts.value, truth, manifest) });
    }
  }
  return ok({ images: indices.length, undamaged: toFigures(undamaged.value, truth, manifest), damaged });
}

function toFigures(
  verdicts: readonly Verdict[],
  truth: ArrayLike<number>,
  manifest: Parameters<typeof toOutcomes>[2],
): CorruptionFigures {
  const { labels, isTrue, isAnswered } = toOutcomes(verdicts, truth, manifest);
  const right = verdicts.filter((_, i) => labels.every((_label, at) => isTrue[at][i] === isAnswered[at][i]));
  const withheld = verdicts.filter(({ decision }) => decision.outcome === "abstain");
  return { accuracy: toShare(right.length, verdicts.length), withheld: toShare(withheld.length, verdicts.length) };
}
