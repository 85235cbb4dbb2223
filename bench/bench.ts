// `npm run bench`: answers each question it is given by a measurement, as tables or as one JSON document.

import { describeMachine } from "./measure/machine.ts";
import { writeTable, type Table } from "./measure/table.ts";
import { installPeers } from "./peers/install-peers.ts";

const QUESTIONS: Record<string, () => Promise<Table[]>> = {
  inference: async () => (await import("./inference.ts")).inference(),
  peak: async () => (await import("./peak.ts")).peak(),
  engine: async () => (await import("./engine.ts")).engine(),
  worker: async () => (await import("./worker.ts")).worker(),
  explain: async () => (await import("./explain.ts")).explain(),
  load: async () => (await import("./load.ts")).load(),
  autoscale: async () => (await import("./autoscale.ts")).autoscale(),
  photos: async () => (await import("./photos.ts")).photos(),
  train: async () => (await import("./train.ts")).train(),
  workers: async () => (await import("./workers.ts")).workers(),
};
const DEFAULT_QUESTIONS = ["inference", "worker"];
const USAGE = `usage: npm run bench -- [--json] [${Object.keys(QUESTIONS).join("] [")}]`;

async function main(args: readonly string[]): Promise<number> {
  const asJson = args.includes("--json");
  const asked = args.filter((arg) => arg !== "--json");
  const unknown = asked.find((arg) => !Object.hasOwn(QUESTIONS, arg));
  if (unknown !== undefined) {
    console.error(`${unknown} is not a question; ${USAGE}`);
    return 2;
  }
  // Training is compared with stock kernels, which the other questions replace.
  const inOrder = asked.toSorted((a, b) => Number(b === "train") - Number(a === "train"));
  const questions = inOrder.length > 0 ? inOrder : DEFAULT_QUESTIONS;
  if (questions.includes("inference") || questions.includes("photos")) installPeers();
  const machine = await describeMachine();
  const print = (text: string) => {
    if (!asJson) console.log(text);
  };
  print(Object.entries(machine).flat().join(" "));
  const answers: Record<string, Table[]> = {};
  for (const question of questions) {
    const tables = await QUESTIONS[question]();
    answers[question] = tables;
    for (const table of tables) print(`\n${writeTable(table)}`);
  }
  if (asJson) console.log(JSON.stringify({ machine, answers }, undefined, 2));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
