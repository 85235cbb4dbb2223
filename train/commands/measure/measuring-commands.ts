// The commands that measure bundles and ask them: their options and help.

import type { Command } from "commander";
import type { Failure, Result } from "../../../src/base/result.ts";
import type { EvaluateFlags } from "./evaluate.ts";
import type { DataOptions } from "./open-test-images.ts";
import { parseWholeNumber } from "../parse-whole-number.ts";

export function addMeasuringCommands(
  program: Command,
  finish: (result: Result<unknown, Failure<string>>) => void,
): void {
  program
    .command("evaluate")
    .description("measure a bundle on images it has not seen; writes evaluation.json and a page to look at")
    .argument("<bundle>", "folder of the bundle")
    .option("--set <data>", "known data set, folder of images by class, or manifest (default: the bundle's data set)")
    .option("--data <dir>", "folder with the known data set's files; downloaded when absent")
    .option("--grouping <name>", "how a folder's file names name the patient")
    .option(
      "--stranger <data>",
      "a set that the model was not made for, or NAME=DIR for a known one; may be repeated",
      collect,
      [],
    )
    .option("--history <file>", "JSON with what each epoch of the training gave, for its curves")
    .option("--corrupted <number>", "how many images to damage, 26 looks each", parseWholeNumber, 300)
    .option("--ordinal", "the labels are grades in their order", false)
    .option("--seed <number>", "seed of the resamples", parseWholeNumber, 1)
    .option("--out <dir>", "where to write (default: .edgescope/reports/<name>-<version>)")
    .action(async (folder: string, flags: EvaluateFlags) =>
      finish(await (await import("./evaluate.ts")).evaluateBundle(folder, flags, process.stdout)),
    );

  program
    .command("predict")
    .description("say what a bundle makes of image files")
    .argument("<bundle>", "folder of the bundle")
    .argument("<files...>", "PNG or JPEG files")
    .option("--json", "print JSON instead of a table", false)
    .action(async (folder: string, files: string[], options: { json: boolean }) =>
      finish(await (await import("./predict.ts")).predictFiles(folder, files, options, process.stdout)),
    );

  program
    .command("compare")
    .description("test whether bundle B is better than bundle A on the same images")
    .argument("<bundleA>", "folder of the one")
    .argument("<bundleB>", "folder of the other")
    .option("--set <data>", "known data set, folder of images by class, or manifest (default: A's data set)")
    .option("--data <dir>", "folder with the known data set's files; downloaded when absent")
    .option("--grouping <name>", "how a folder's file names name the patient")
    .option("--seed <number>", "seed of the resamples", parseWholeNumber, 1)
    .action(async (a: string, b: string, flags: DataOptions & { seed: number }) =>
      finish(await (await import("./compare.ts")).compareBundles([a, b], flags, process.stdout)),
    );
}

const collect = (value: string, values: string[]): string[] => [...values, value];
