import { expect, test } from "vitest";
import { answerQuestions, type Bench } from "../../bench/answer-questions.ts";

function ask(...args: string[]) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const done: string[] = [];
  const answer = (title: string) => async () => {
    done.push(title);
    return [{ title, rows: [{ runtime: "edgescope", p50Ms: 1.23456 }], notes: ["one thread"] }];
  };
  const bench: Bench = {
    questions: { inference: answer("Inference"), worker: answer("Worker"), train: answer("Training") },
    usual: ["inference", "worker"],
    prepare: (asked) => done.push(`for ${asked.join()}`),
    describeMachine: async () => ({ cpu: "Example x 2", "@tensorflow/tfjs-core": "4.22.0" }),
    print: (text) => printed.push(text),
    complain: (text) => complaints.push(text),
  };
  return answerQuestions(args, bench).then((code) => ({ code, printed, complaints, done }));
}

const inferenceTable = { title: "Inference", rows: [{ runtime: "edgescope", p50Ms: 1.23456 }], notes: ["one thread"] };

test("with --json one document is printed, with the machine, the versions and every table as it is", async () => {
  const { code, printed } = await ask("--json", "inference");
  expect([code, printed.length]).toEqual([0, 1]);
  expect(JSON.parse(printed[0])).toEqual({
    machine: { cpu: "Example x 2", "@tensorflow/tfjs-core": "4.22.0" },
    answers: { inference: [inferenceTable] },
  });
});

test("without it the machine and its versions come first, then each table", async () => {
  expect((await ask("inference")).printed).toEqual([
    "cpu Example x 2 @tensorflow/tfjs-core 4.22.0",
    "\nInference\n  runtime    p50 ms\n  edgescope   1.235\n  one thread",
  ]);
});

test("peers are there before anything is measured, and training goes first", async () => {
  expect((await ask()).done).toEqual(["for inference,worker", "Inference", "Worker"]);
  expect((await ask("worker", "train")).done).toEqual(["for train,worker", "Training", "Worker"]);
});

test("what is not a question is answered with those that are, and nothing is measured", async () => {
  const { code, printed, complaints, done } = await ask("inference", "toString");
  expect([code, printed, done]).toEqual([2, [], []]);
  expect(complaints).toEqual([
    "toString is not a question; usage: npm run bench -- [--json] [inference] [worker] [train]",
  ]);
});
