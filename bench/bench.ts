// `npm run bench`: answers each question it is given by a measurement, as tables or as one JSON document.

import { answerQuestions, type Questions } from "./answer-questions.ts";
import { describeMachine } from "./measure/machine.ts";
import { installPeers } from "./peers/install-peers.ts";

const questions: Questions = {
  inference: async () => (await import("./inference.ts")).inference(),
  peak: async () => (await import("./peak/peak.ts")).peak(),
  engine: async () => (await import("./engine/engine.ts")).engine(),
  worker: async () => (await import("./worker.ts")).worker(),
  explain: async () => (await import("./explain.ts")).explain(),
  load: async () => (await import("./load/load.ts")).load(),
  autoscale: async () => (await import("./autoscale/autoscale.ts")).autoscale(),
  photos: async () => (await import("./photos/photos.ts")).photos(),
  train: async () => (await import("./training/train.ts")).train(),
  workers: async () => (await import("./training/workers.ts")).workers(),
};

// npm takes what stands before its own --, and tells so in the environment.
const args = [...process.argv.slice(2), ...(process.env["npm_config_json"] === "true" ? ["--json"] : [])];

process.exitCode = await answerQuestions(args, {
  questions,
  usual: ["inference", "worker"],
  prepare: (asked) => {
    if (asked.includes("inference") || asked.includes("photos")) installPeers();
  },
  describeMachine,
  print: (text) => console.log(text),
  complain: (text) => console.error(text),
});
