// The command line: every command with its options and help, and the one mapping from failures to exit codes.

import { availableParallelism } from "node:os";
import { Argument, Command, CommanderError, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { fail, type Failure, type Result } from "../src/base/result.ts";
import { BACKENDS, type BackendName } from "./backend.ts";
import type { DeployOptions } from "./commands/serve/deploy.ts";
import type { InspectOptions } from "./commands/inspect.ts";
import { GROUPINGS } from "./data/files/group-of.ts";
import type { KeyOptions } from "./commands/keys/key.ts";
import { printable } from "./printable.ts";
import { addMeasuringCommands } from "./commands/measure/measuring-commands.ts";
import { addQuantiseCommand } from "./commands/quantise-command.ts";
import { parseWholeNumber } from "./commands/parse-whole-number.ts";
import { addRegistryCommands, parseVersion } from "./commands/registry/registry-commands.ts";
import { DESTINATIONS, type Destination } from "./publish/destination.ts";
import type { Recipe } from "./recipes/recipe.ts";
import { loadRecipe, RECIPE_NAMES } from "./recipes/recipes.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
/** 128 + SIGINT, as shells report it. */
const EXIT_INTERRUPTED = 130;

const EXIT_CODES: Record<string, number | undefined> = { interrupted: EXIT_INTERRUPTED, usage: EXIT_USAGE };

/** Runs one command; gives the process's exit code. */
export async function main(args: string[]): Promise<number> {
  let exitCode = 0;
  const finish = (result: Result<unknown, Failure<string>>) => {
    if (result.ok) return;
    // Names of files and folders come from outside.
    process.stderr.write(`edgescope: ${result.error.detail.split("\n").map(printable).join("\n")}\n`);
    exitCode = EXIT_CODES[result.error.reason] ?? EXIT_FAILURE;
  };

  const program = new Command("edgescope")
    .description("Trains image classifiers, signs them, and publishes them to the edge. Not a medical device.")
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError();

  program
    .command("train")
    .description("train a recipe and write its bundle")
    .addArgument(new Argument("<recipe>", "name of a recipe in train/recipes").choices(RECIPE_NAMES))
    .option("--data <dir>", "folder with the data set's files; downloaded when absent")
    .option("--out <dir>", "folder of the bundle (default: models/<recipe>)")
    .option("--seed <number>", "seed of weights and order (default: the recipe's)", parseWholeNumber)
    .option("--epochs <number>", "how long to train (default: the recipe's)", parseWholeNumber)
    .option("--release <version>", "semantic version of the bundle (default: the recipe's)", parseVersion)
    .option("--key <file>", "private key to sign with (default: the local throw-away key)")
    .addOption(
      new Option("--backend <name>", "wasm, or TensorFlow's native library if it is installed")
        .choices(BACKENDS)
        .default("wasm"),
    )
    .option(
      "--workers <number>",
      "threads that share the work (default: one a processor core)",
      parseWholeNumber,
      availableParallelism(),
    )
    .option("--backbone <dir>", "trained TF.js model, of layers or a graph, to put a new head on")
    .option("--features <name>", "layer of the backbone that the head reads (default: what its classifier reads)")
    .option("--cut <name>", "layer up to which the backbone stays as it is (default: all of it)")
    .option("--resume", "go on from the checkpoint that an interrupted run left", false)
    .addOption(new Option("--to <destination>", "publish the bundle afterwards").choices(DESTINATIONS))
    .action(async (name: string, flags: TrainFlags) => finish(await runTrain(name, flags)));

  program
    .command("inspect")
    .description("say what a data set holds, what is damaged, and what stands on both sides of its splits")
    .argument("<data>", "name of a known data set, a folder of images by class, or a CSV or JSONL manifest")
    .option("--data <dir>", "folder with the known data set's files; downloaded when absent")
    .addOption(
      new Option("--grouping <name>", "how a folder's file names name the patient").choices([...GROUPINGS.keys()]),
    )
    .option("--html <file>", "also write a page with images of each class; it is not for publication")
    .action(async (name: string, options: InspectOptions) =>
      finish(await (await import("./commands/inspect.ts")).inspect(name, options, process.stdout)),
    );

  addMeasuringCommands(program, finish);

  addQuantiseCommand(program, finish, interruptSignal);

  addRegistryCommands(program, finish);

  program
    .command("keygen")
    .description("make a signing key: FILE and, beside it, FILE.pub with the public half")
    .argument("<file>", "where to write the private key")
    .action(async (path: string) =>
      finish(await (await import("./commands/keys/keygen.ts")).keygen(path, process.stdout)),
    );

  program
    .command("key")
    .description("API keys of the service's callers")
    .command("new")
    .description("make a key for a caller, and the record of it for the Worker's secret API_KEYS")
    .argument("<name>", "who the key is for; stands in the log")
    .requiredOption("--models <names>", "the models it is for, with commas between them, or '*'")
    .requiredOption("--expires <date>", "the day from which it is not good any more, or never")
    .option("--scopes <scopes>", "what it is for: classify, models:read, models:write", "classify,models:read")
    .action(async (name: string, options: KeyOptions) =>
      finish(await (await import("./commands/keys/key.ts")).newKey(name, options, process.stdout)),
    );

  program
    .command("start")
    .description("publish the released bundles to local R2 and serve the Worker on this machine")
    .option("--port <number>", "port on localhost", parseWholeNumber, 8787)
    .action(async (options: { port: number }) =>
      finish(await (await import("./commands/serve/start.ts")).start(options.port, process.stdout)),
    );

  program
    .command("deploy")
    .description("create the bucket, upload the released bundles and deploy the Worker to a Cloudflare account")
    .requiredOption("--env <name>", "environment of wrangler.toml: staging or production")
    .requiredOption("--key <file>", "private key to sign the bundles with; the Worker is told to trust its public half")
    .option("--trust <file>", "PEM file with further public keys to trust; may be repeated", collect, [])
    .option("--fallback <model>", "ship its stable version too, for when storage is down; may be repeated", collect, [])
    .option("--dry-run", "do everything that needs no account, and say what the rest would do", false)
    .action(async (options: DeployOptions) =>
      finish(await (await import("./commands/serve/deploy.ts")).deploy(options, process.env, process.stdout)),
    );

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return exitCode;
}

type TrainFlags = {
  data?: string;
  out?: string;
  seed?: number;
  epochs?: number;
  release?: string;
  key?: string;
  resume: boolean;
  backbone?: string;
  features?: string;
  cut?: string;
  backend: BackendName;
  workers: number;
  to?: Destination;
};

async function runTrain(name: string, flags: TrainFlags): Promise<Result<unknown, Failure<string>>> {
  const recipe = await loadRecipe(name);
  const adjusted: Recipe = {
    ...recipe,
    release: { ...recipe.release, version: flags.release ?? recipe.release.version },
    seed: flags.seed ?? recipe.seed,
    fit: { ...recipe.fit, epochs: flags.epochs ?? recipe.fit.epochs },
  };
  const { train } = await import("./commands/training/train.ts");
  const { backbone: folder, features, cut, ...options } = flags;
  if (folder === undefined && (features ?? cut) !== undefined)
    return fail(
      "backbone_missing",
      "--features and --cut are layers of a backbone: name its folder with --backbone DIR",
    );
  const backbone = folder === undefined ? undefined : { folder, ...(features && { features }), ...(cut && { cut }) };
  const trained = await train(
    adjusted,
    { ...options, ...(backbone && { backbone }) },
    interruptSignal(),
    process.stdout,
  );
  if (!trained.ok || !flags.to) return trained;
  const { publishPacked } = await import("./commands/registry/publish.ts");
  return publishPacked(
    trained.value,
    { to: flags.to, channel: "stable", ...(flags.key && { key: flags.key }) },
    process.env,
    process.stdout,
  );
}

/** Aborted by the first Ctrl-C; a second one ends the process at once, as it would have. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

const collect = (value: string, values: string[]): string[] => [...values, value];
