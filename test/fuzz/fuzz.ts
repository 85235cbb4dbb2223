// `npm run fuzz -- 1000000 --seed 1`: hostile inputs to every door of the product that strangers reach. It may be ended at
// any moment and goes on when it is asked again; `--only jpeg:4711` puts one input again, and shows it; `--fresh` forgets.

import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import { createAccountFile } from "./run/account-file.ts";
import { createCampaign, type Account } from "./run/campaign.ts";
import { supervise } from "./run/supervise.ts";
import { TARGETS } from "./targets/all-targets.ts";

const USAGE = "usage: npm run fuzz -- [inputs] [--seed number] [--only target:place] [--fresh]";
const DEFAULT_INPUTS = 100_000;
const FOLDER = join(import.meta.dirname, "../../.edgescope/fuzz");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string", default: "1" }, only: { type: "string" }, fresh: { type: "boolean" } },
  });
  const [inputs, seed] = [Number(positionals[0] ?? DEFAULT_INPUTS), Number(values.seed)];
  if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed) || positionals.length > 1) {
    console.error(USAGE);
    return 2;
  }
  if (values.only !== undefined) return putOne(seed, values.only);
  const path = join(FOLDER, `seed-${seed}.json`);
  const file = createAccountFile(path, TARGETS);
  if (values.fresh) file.remove();
  return report(await supervise({ path, file, targets: TARGETS }, seed, inputs));
}

async function putOne(seed: number, only: string): Promise<number> {
  const [target, place] = only.split(":");
  const trial = await createCampaign(TARGETS).make(seed, { target, place: Number(place) });
  console.log(inspect(trial.input, { depth: 8, maxArrayLength: 400, maxStringLength: 4000 }));
  try {
    console.log(await trial.put());
    return 0;
  } catch (error) {
    console.log(error);
    return 1;
  }
}

function report({ seed, next, outcomes, findings, slowest }: Account): number {
  for (const [target, counts] of Object.entries(outcomes)) {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const { ms, place } = slowest[target] ?? { ms: 0, place: 0 };
    const kinds = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
    console.log(`${target}: ${total} inputs, the slowest ${Math.round(ms)} ms (${target}:${place})`);
    console.log(`  ${kinds.map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
  }
  console.log(`${next} inputs of seed ${seed}, ${findings.length} findings`);
  for (const { target, place, what } of findings) console.log(`${target}:${place} ${what}`);
  return findings.length === 0 ? 0 : 1;
}

process.exit(await main());
