// What `npm run bench` prints: tables as they come, or one JSON document when all are there.

import { writeTable, type Table } from "./measure/table.ts";

export type Questions = Readonly<Record<string, () => Promise<Table[]>>>;

export type Bench = {
  questions: Questions;
  /** What is asked when nothing is. */
  usual: readonly string[];
  /** What has to be there before any of them is answered; all that is asked is given. */
  prepare: (asked: readonly string[]) => void;
  describeMachine: () => Promise<Record<string, string>>;
  print: (text: string) => void;
  complain: (text: string) => void;
};

/** Gives the exit code. */
export async function answerQuestions(args: readonly string[], bench: Bench): Promise<number> {
  const { questions, print } = bench;
  const asJson = args.includes("--json");
  const asked = args.filter((arg) => arg !== "--json");
  const unknown = asked.find((arg) => !Object.hasOwn(questions, arg));
  if (unknown !== undefined) {
    const names = Object.keys(questions).join("] [");
    bench.complain(`${unknown} is not a question; usage: npm run bench -- [--json] [${names}]`);
    return 2;
  }
  // Training is compared with stock kernels, which the other questions replace.
  const inOrder = asked.toSorted((a, b) => Number(b === "train") - Number(a === "train"));
  const all = inOrder.length > 0 ? inOrder : bench.usual;
  bench.prepare(all);
  const machine = await bench.describeMachine();
  if (!asJson) print(Object.entries(machine).flat().join(" "));
  const answers: Record<string, Table[]> = {};
  for (const question of all) {
    answers[question] = await questions[question]();
    if (!asJson) for (const table of answers[question]) print(`\n${writeTable(table)}`);
  }
  if (asJson) print(JSON.stringify({ machine, answers }, undefined, 2));
  return 0;
}
