// What one isolate of the built Worker takes, over one that only says hello: processor time of an answer, time and
// processor time of a cold start, memory.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { heldPixels } from "../../src/image/held-pixels.ts";
import { processorSeconds, residentBytes } from "../measure/child-processes.ts";
import { rotate } from "../measure/interleave.ts";
import { median } from "../measure/quantile.ts";
import { openClient } from "../workerd/post.ts";
import { prepareScript } from "../workerd/script-start.ts";
import { seedStorage, type Storage } from "../workerd/seed-storage.ts";
import { startWorker } from "../workerd/start-worker.ts";
import { builtWorker, ROOT, textWorker, type WorkerModules } from "../workerd/worker-modules.ts";

export type MeasuredService = {
  /** What is posted: bytes of the file, and pixels that reading it holds. */
  image: { bytes: number; pixels: number };
  answerCpuSeconds: number;
  coldStartSeconds: number;
  coldCpuSeconds: number;
  isolateBytes: number;
};

const HELLO = `export default {
  async fetch(request) {
    await request.arrayBuffer();
    return new Response("hello");
  },
};`;
const PATH = "/v1/models/mnist-cnn/classify";
const ROUNDS = 5;
const WARM_UP = 300;
const ANSWERS = 2000;

/** Workerd's own HTTP and Miniflare's part of it are in both Workers, so the difference is the product's. */
export async function measureService(): Promise<MeasuredService> {
  const subjects = [textWorker(HELLO), await builtWorker()];
  const storage = await seedStorage();
  const image = await readFile(join(ROOT, "models/mnist/examples/7.png"));
  const lives: Life[][] = [[], []];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [subject, modules] of rotate([...subjects.entries()], round))
        lives[subject].push(await live(modules, storage, image));
    }
  } finally {
    await storage.remove();
  }
  const over = (figure: keyof Life) => {
    const [hello, classify] = lives.map((samples) => median(samples.map((life) => life[figure])));
    return Math.max(0, classify - hello);
  };
  return {
    image: { bytes: image.length, pixels: heldPixels(image) },
    answerCpuSeconds: over("answerCpuSeconds"),
    coldStartSeconds: over("scriptSeconds") + over("firstAnswerSeconds"),
    coldCpuSeconds: over("firstAnswerCpuSeconds"),
    isolateBytes: over("bytes"),
  };
}

type Life = {
  scriptSeconds: number;
  firstAnswerSeconds: number;
  firstAnswerCpuSeconds: number;
  answerCpuSeconds: number;
  bytes: number;
};

async function live(modules: WorkerModules, storage: Storage, image: Uint8Array): Promise<Life> {
  const script = await prepareScript(modules);
  const scriptSeconds = await secondsOf(() => script.run());
  await script.after();
  await script.remove();
  const running = await startWorker(modules, storage.folder, storage.trustedKeys);
  const client = openClient(running.origin);
  const post = async () => {
    const { status, body } = await client.post(PATH, image);
    if (status !== 200) throw new Error(`the Worker answered ${status}: ${body}`);
  };
  const workerdSeconds = async () => {
    const seconds = await processorSeconds("workerd");
    if (seconds === undefined) throw new Error("processor time is read from /proc, which this system does not have");
    return seconds;
  };
  try {
    const born = await workerdSeconds();
    const firstAnswerSeconds = await secondsOf(post);
    const firstAnswerCpuSeconds = (await workerdSeconds()) - born;
    for (let i = 0; i < WARM_UP; i++) await post();
    const warm = await workerdSeconds();
    for (let i = 0; i < ANSWERS; i++) await post();
    const answerCpuSeconds = ((await workerdSeconds()) - warm) / ANSWERS;
    const bytes = (await residentBytes("workerd")) ?? 0;
    return { scriptSeconds, firstAnswerSeconds, firstAnswerCpuSeconds, answerCpuSeconds, bytes };
  } finally {
    client.close();
    await running.stop();
  }
}

async function secondsOf(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}
