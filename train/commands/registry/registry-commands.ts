// The commands over a registry: their options and help.

import { InvalidArgumentError, Option, type Command } from "commander";
import type { Failure, Result } from "../../../src/base/result.ts";
import { modelNameSchema, versionSchema } from "../../../src/bundle/manifest.ts";
import { DESTINATIONS, type Destination } from "../../publish/destination.ts";
import { parseWholeNumber } from "../parse-whole-number.ts";
import type { PublishOptions } from "./publish.ts";
import type { CollectFlags } from "./collect.ts";
import type { RegistryContext } from "./in-registry.ts";
import type { PromoteFlags } from "./promote.ts";
import type { VerifyFlags } from "./verify.ts";

export function addRegistryCommands(
  program: Command,
  finish: (result: Result<unknown, Failure<string>>) => void,
): void {
  const registry = () => new Option("--in <registry>", "which registry").choices(DESTINATIONS).default("local");
  const author = () => new Option("--by <name>", "who does it, for the history (default: your account's name)");
  const context = (options: { in: Destination }): RegistryContext => ({
    in: options.in,
    environment: process.env,
    output: process.stdout,
  });

  program
    .command("publish")
    .description("publish a bundle and move a channel to it")
    .argument("<bundle>", "folder of the bundle")
    .addOption(new Option("--to <destination>", "where to").choices(DESTINATIONS).makeOptionMandatory())
    .option("--channel <name>", "the channel to move", parseChannel, "stable")
    .option("--no-channel", "upload only; promote it later")
    .option("--key <file>", "private key to sign with (local R2 has one of its own)")
    .addOption(author())
    .action(async (folder: string, options: PublishOptions) =>
      finish(await (await import("./publish.ts")).publishFolder(folder, options, process.env, process.stdout)),
    );

  program
    .command("promote")
    .description("let a channel name another version; several of these options are one change")
    .argument("<model>", "name of the model")
    .argument("[version]", "the version that the channel, or with --canary the canary, names from now on", parseVersion)
    .option("--channel <name>", "the channel to move (default: stable)", parseChannel)
    .option("--canary <percent>", "how many of a hundred callers of stable the canary answers", parsePercent)
    .option("--shadow <version>", "the version to ask after stable has answered, and to compare", parseVersion)
    .option("--end <channel>", "take a channel away, such as canary or shadow; may be repeated", parseChannels, [])
    .addOption(author())
    .addOption(registry())
    .action(async (model: string, version: string | undefined, options: PromoteFlags & { in: Destination }) =>
      finish(await (await import("./promote.ts")).promote(model, version, options, context(options))),
    );

  program
    .command("rollback")
    .description("let a channel name the version before")
    .argument("<model>", "name of the model")
    .option("--channel <name>", "the channel to move", parseChannel, "stable")
    .addOption(author())
    .addOption(registry())
    .action(async (model: string, options: { channel: string; by?: string; in: Destination }) =>
      finish(await (await import("./promote.ts")).rollback(model, options, context(options))),
    );

  program
    .command("channels")
    .description("what a model's channels name, and who moved them when")
    .argument("<model>", "name of the model")
    .option("--all", "the whole history", false)
    .addOption(registry())
    .action(async (model: string, options: { all: boolean; in: Destination }) =>
      finish(await (await import("./show-channels.ts")).showChannels(model, { ...context(options), all: options.all })),
    );

  program
    .command("list")
    .description("the models and versions of a registry")
    .addOption(registry())
    .action(async (options: { in: Destination }) => finish(await (await import("./list.ts")).list(context(options))));

  program
    .command("gc")
    .description(
      "remove versions and files that no channel and no recent history names; says which, and removes with --yes",
    )
    .option("--grace-days <number>", "what was uploaded within so many days stays", parseWholeNumber, 7)
    .option("--keep <number>", "how many versions of each channel's history stay", parseWholeNumber, 10)
    .option("--yes", "remove them", false)
    .addOption(registry())
    .action(async (options: CollectFlags & { in: Destination }) =>
      finish(await (await import("./collect.ts")).collect(options, context(options))),
    );

  program
    .command("verify")
    .description("verify a bundle's signature and every file")
    .argument("<bundle>", "folder of the bundle; with --in, MODEL@VERSION or MODEL@CHANNEL")
    .requiredOption("--key <file>", "PEM file with the trusted public keys")
    .addOption(new Option("--in <registry>", "verify what is published there").choices(DESTINATIONS))
    .action(async (bundle: string, options: VerifyFlags) =>
      finish(await (await import("./verify.ts")).verify(bundle, options, process.env, process.stdout)),
    );
}

function parseChannel(text: string): string {
  if (!modelNameSchema.safeParse(text).success)
    throw new InvalidArgumentError("It has lower-case letters, digits and single hyphens.");
  return text;
}

const parseChannels = (text: string, channels: string[]): string[] => [...channels, parseChannel(text)];

export function parseVersion(text: string): string {
  if (!versionSchema.safeParse(text).success) throw new InvalidArgumentError("It is a semantic version such as 1.2.0.");
  return text;
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (!/^\d{1,3}(?:\.\d{1,2})?$/.test(text) || percent <= 0 || percent > 100)
    throw new InvalidArgumentError("It is a number above 0 and up to 100, such as 10 or 0.5; --end canary ends one.");
  return percent;
}
