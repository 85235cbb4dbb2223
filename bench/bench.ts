// `npm run bench`: answers each question it is given by a measurement, as tables or as one JSON document.

import { parseArgs } from "node:util";
import { describeMachine } from "./measure/machine.ts";
import { writeTable, type Table } from "./measure/table.ts";

const QUESTIONS: Record<string, () => Promise<Table[]>> = {
  inference: async () => (await import("./inference.ts")).inference(),
  worker: async () => (await import("./worker.ts")).worker(),
  train: async () => (await import("./train.ts")).train(),
};
const DEFAULT_QUESTIONS = ["inference", "worker"];
const USAGE = `usage: npm run bench -- [--json] [${Object.keys(QUESTIONS).join("] [")}]`;

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean", default: false } } });
  const questions = positionals.length > 0 ? positionals : DEFAULT_QUESTIONS;
  const unknown = questions.find((question) => !Object.hasOwn(QUESTIONS, question));
  if (unknown !== undefined) {
    console.error(`${unknown} is not a question; ${USAGE}`);
    return 2;
  }
  const machine = await describeMachine();
  if (!values.json) console.log(Object.entries(machine).map(([what, is]) => `${what} ${is}`).join(", "));
  const answers: Record<string, Table[]> = {};
  for (const question of questions) {
    answers[question] = await QUESTIONS[question]();
    if (!values.json) console.log(answers[question].map((table) => `\n${writeTable(table)}`).join("\n"));
  }
  if (values.json) console.log(JSON.stringify({ machine, answers }, undefined, 2));
  return 0;
}

process.exitCode = await main();
