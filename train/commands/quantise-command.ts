// `edgescope quantise`: its options and help.

import { InvalidArgumentError, type Command } from "commander";
import type { Failure, Result } from "../../src/base/result.ts";
import { loadRecipe, RECIPE_NAMES } from "../recipes/recipes.ts";
import { parseWholeNumber } from "./parse-whole-number.ts";
import type { QuantiseOptions } from "./quantise.ts";
import { parseVersion } from "./registry/registry-commands.ts";

export function addQuantiseCommand(
  program: Command,
  finish: (result: Result<unknown, Failure<string>>) => void,
  interruptSignal: () => AbortSignal,
): void {
  program
    .command("quantise")
    .description("make a bundle whose layers are computed in 8 bits from one that is float32")
    .argument("<bundle>", "folder of the bundle; its name is a recipe's")
    .option("--data <dir>", "folder with the data set's files; downloaded when absent")
    .option("--out <dir>", "folder of the new bundle (default: models/<name>-int8)")
    .option("--key <file>", "private key to sign with (default: the local throw-away key)")
    .option(
      "--release <version>",
      "semantic version of the new bundle (default: the old one's with -int8)",
      parseVersion,
    )
    .option(
      "--images <number>",
      "how many images choose ranges: of validation, and of training where those are few",
      parseWholeNumber,
      512,
    )
    .option(
      "--error <share>",
      "layers stay in float32 until the logits' error is this share of their variance",
      parseShare,
      0.001,
    )
    .option("--changed <share>", "and until so few answers to validation images are others", parseShare, 0.04)
    .option("--auc <difference>", "and until their AUC moves by no more than this", parseShare, 0.003)
    .action(async (folder: string, options: QuantiseOptions) => {
      const { quantise } = await import("./quantise.ts");
      const recipeOf = (name: string) => (RECIPE_NAMES.includes(name) ? loadRecipe(name) : undefined);
      finish(await quantise(folder, options, recipeOf, interruptSignal(), process.stdout));
    });
}

function parseShare(text: string): number {
  const share = Number(text);
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError("It must be between 0 and 1.");
  return share;
}
