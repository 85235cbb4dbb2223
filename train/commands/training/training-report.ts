// What `edgescope train` says while it works.

import { createProgressLine, formatDuration, type ProgressLine } from "../../fit/progress.ts";
import type { EpochRecord, Position } from "../../fit/weights/training-state.ts";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import type { PackedBundle } from "../../pack/pack-bundle.ts";
import { printable } from "../../printable.ts";

type Backbone = NonNullable<Manifest["training"]["backbone"]>;

export function createTrainingReport(
  output: NodeJS.WriteStream,
  { epochs, runs }: { epochs: number; runs: number },
  now: () => number,
) {
  const allEpochs = runs * epochs;
  const line = (text: string) => void output.write(`${text}\n`);
  const percent = (fraction: number) => `${(100 * fraction).toFixed(2)} %`;
  let trainingCount = 0;
  let bar: ProgressLine | undefined;
  let download: { file: string; bar: ProgressLine } | undefined;
  let reading: ProgressLine | undefined;
  let epochBegan = 0;
  /** Images of this epoch that an earlier run had seen, so that the rate is this run's. */
  let seenBefore = 0;

  return {
    download: (file: string, received: number, total: number | undefined) => {
      if (download?.file !== file) download = { file, bar: createProgressLine(`download ${file}`, output, now) };
      const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
      const text = total ? `${megabytes(received)} of ${megabytes(total)} MB` : `${megabytes(received)} MB`;
      if (received === total) download.bar.end(text);
      else download.bar.update(total ? received / total : 0, text);
    },

    image: (done: number, total: number) => {
      reading ??= createProgressLine("read", output, now);
      if (done === total) reading.end(`${total} images`);
      else reading.update(done / total, `${done} of ${total} images`);
    },

    begin: (recipe: string, seed: number, training: number, validation: number, resumedAt: Position | undefined) => {
      trainingCount = training;
      line(`recipe ${recipe}, seed ${seed}, backend wasm: ${training} training and ${validation} validation images`);
      if (resumedAt) line(`resumed at epoch ${resumedAt.epoch + 1}, batch ${resumedAt.batch + 1}`);
    },

    backbone: ({ features, cut }: Backbone, is: { frozen: boolean; augmented: boolean }) => {
      line(printable(`backbone ${is.frozen ? `frozen up to ${cut}` : "trained whole"}, head on ${features}`));
      if (is.frozen && is.augmented) line("its features are computed once: the recipe's augmentation is left out");
    },

    features: (count: number) => {
      const features = createProgressLine("features of the frozen part", output, now);
      return (done: number) => {
        if (done === count) features.end(`${count} images`);
        else features.update(done / count, `${done} of ${count} images`);
      };
    },

    batch: ({ epoch, lossSum, correct }: Position, seen: number) => {
      if (!bar) {
        bar = createProgressLine(`epoch ${epoch + 1}/${allEpochs}`, output, now);
        epochBegan = now();
        seenBefore = seen;
        return;
      }
      const imagesPerSecond = (1000 * (seen - seenBefore)) / (now() - epochBegan);
      const left = (trainingCount - seen + (allEpochs - epoch - 1) * trainingCount) / imagesPerSecond;
      bar.update(
        seen / trainingCount,
        `${imagesPerSecond.toFixed(0)} images/s, loss ${(lossSum / seen).toFixed(4)}, accuracy ${percent(correct / seen)}, ${formatDuration(left)} left`,
      );
    },

    epoch: ({ loss, accuracy, validationLoss, validationAccuracy }: EpochRecord, isBest: boolean) => {
      const rate = (1000 * (trainingCount - seenBefore)) / (now() - epochBegan);
      bar?.end(
        `${rate.toFixed(0)} images/s, loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}, ` +
          `validation loss ${validationLoss.toFixed(4)}, validation accuracy ${percent(validationAccuracy)}${isBest ? ", best so far" : ""}`,
      );
      bar = undefined;
    },

    averaged: ({ loss, accuracy }: { loss: number; accuracy: number }) => {
      line(`mean of ${runs} runs: validation loss ${loss.toFixed(4)}, validation accuracy ${percent(accuracy)}`);
    },

    evaluated: () => {
      const evaluation = createProgressLine("evaluate", output, now);
      return (done: number, total: number) => {
        if (done === total) evaluation.end(`${total} predictions`);
        else evaluation.update(done / total, `${done} of ${total} predictions`);
      };
    },

    accuracy: (text: string) => {
      line(`test accuracy ${text}`);
    },

    written: (folder: string, { manifest, digest }: PackedBundle) => {
      line(`${folder}: ${manifest.name} ${manifest.version}, digest ${digest}`);
      line(`publish it: npm run edgescope -- publish ${folder} --to local`);
    },
  };
}
