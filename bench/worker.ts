// What does the product cost over a Worker that only says hello? The start of its script, the first answer of
// a fresh isolate, an answer of a warm one, and the bytes to upload; both run in the same workerd and take turns.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { interleave } from "./measure/interleave.ts";
import { median, quantile } from "./measure/quantile.ts";
import type { Row, Table } from "./measure/table.ts";
import { openClient, type Client } from "./workerd/post.ts";
import { prepareScript } from "./workerd/script-start.ts";
import { seedStorage, type Storage } from "./workerd/seed-storage.ts";
import { startWorker, type RunningWorker } from "./workerd/start-worker.ts";
import { builtWorker, ROOT, textWorker, type WorkerModules } from "./workerd/worker-modules.ts";

const HELLO = `export default {
  async fetch(request) {
    await request.arrayBuffer();
    return new Response("hello");
  },
};`;

/** Reads what the product reads before its first answer, in the same three steps, and does nothing with it. */
const HELLO_STORAGE = `export default {
  async fetch(request, { BUNDLES }) {
    await request.arrayBuffer();
    const read = async (key) => (await BUNDLES.get(key)).arrayBuffer();
    const parse = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
    const { version } = parse(await read("channels/mnist-cnn.json")).channels.stable;
    const [manifest] = await Promise.all(["bundle.json", "model.sig"].map((name) => read("bundles/mnist-cnn/" + version + "/" + name)));
    await Promise.all(parse(manifest).files.map(({ sha256 }) => read("blobs/sha256/" + sha256)));
    return new Response("hello");
  },
};`;

const PATH = "/v1/models/mnist-cnn/classify";
const FRESH_ISOLATES = 20;
const WARM_UP_ROUNDS = 300;
const WARM_ROUNDS = 2000;

type Subject = { name: string; modules: WorkerModules };

export async function worker(): Promise<Table[]> {
  const modules = await builtWorker();
  const image = await readFile(join(ROOT, "models/mnist/examples/7.png"));
  const storage = await seedStorage();
  const hello = { name: "hello", modules: textWorker(HELLO) };
  const helloStorage = { name: "hello + storage", modules: textWorker(HELLO_STORAGE) };
  const classify = { name: "classify", modules };
  try {
    return [
      await measureStart([hello, classify]),
      await measureFirstAnswers([hello, helloStorage, classify], storage, image),
      await measureWarmAnswers([hello, classify], storage, image),
      measureBytes(modules),
    ];
  } finally {
    await storage.remove();
  }
}

/**
 * Before an isolate can answer at all, workerd compiles the WebAssembly modules and compiles and runs the script. The
 * platform does so while a client still negotiates TLS ("Eliminating cold starts with Cloudflare Workers", 2020).
 */
async function measureStart(subjects: Subject[]): Promise<Table> {
  const scripts = [];
  for (const { name, modules } of subjects) scripts.push({ name, ...(await prepareScript(modules)) });
  const times = await interleave(scripts, { warmUpRounds: 1, rounds: FRESH_ISOLATES });
  for (const { remove } of scripts) await remove();
  return {
    title: "Worker: start of the script",
    rows: overHello(times, "startMs"),
    notes: [`medians of ${FRESH_ISOLATES} workerd processes, from spawning to listening`],
  };
}

/**
 * Each sample is a new workerd with nothing cached; the script has started when the clock does. The first answer has what
 * the product leaves to the first request: the WASM backend and the PNG decoder instantiated, the trusted key parsed, the
 * bundle read from R2, its signature and digests verified, its golden vectors replayed, and then the image classified, all
 * of it in code that V8 has never run. `hello + storage` shows how much of it is Miniflare's R2, itself a cold Worker.
 */
async function measureFirstAnswers(subjects: Subject[], storage: Storage, image: Uint8Array): Promise<Table> {
  const contestants = subjects.map(({ name, modules }) => {
    let running: RunningWorker | undefined;
    let client: Client | undefined;
    return {
      name,
      async before() {
        running = await startWorker(modules, storage.folder, storage.trustedKeys);
        client = openClient(running.origin);
      },
      run: async () => client && postExpectingSuccess(client, image),
      async after() {
        client?.close();
        await running?.stop();
      },
    };
  });
  const times = await interleave(contestants, { warmUpRounds: 1, rounds: FRESH_ISOLATES });
  return {
    title: "Worker: first answer of a fresh isolate, once its script has started",
    rows: overHello(times, "firstAnswerMs"),
    notes: [
      `medians of ${FRESH_ISOLATES} isolates; hello + storage reads the bundle's objects and does nothing with them`,
    ],
  };
}

/** Medians, and how far each is above the first, which is hello's. */
function overHello(times: Map<string, number[]>, column: string): Row[] {
  const medians = [...times].map(([name, samples]) => [name, median(samples)] as const);
  const [[, helloMs]] = medians;
  return medians.map(([name, ms]) => ({ worker: name, [column]: ms, overHelloMs: ms - helloMs }));
}

async function measureWarmAnswers(subjects: Subject[], storage: Storage, image: Uint8Array): Promise<Table> {
  const running = [];
  const contestants = [];
  for (const { name, modules } of subjects) {
    const started = await startWorker(modules, storage.folder, storage.trustedKeys);
    const client = openClient(started.origin);
    running.push({ started, client });
    contestants.push({ name, run: () => postExpectingSuccess(client, image) });
  }
  const times = await interleave(contestants, { warmUpRounds: WARM_UP_ROUNDS, rounds: WARM_ROUNDS });
  for (const { started, client } of running) {
    client.close();
    await started.stop();
  }
  const [base] = [...times.values()].map(median);
  return {
    title: "Worker: warm answers on one kept connection",
    rows: [...times].map(([name, samples]) => ({
      worker: name,
      p50Ms: median(samples),
      p95Ms: quantile(samples, 0.95),
      timesHello: median(samples) / base,
      overHelloMs: median(samples) - base,
    })),
    notes: [`${WARM_ROUNDS} rounds`],
  };
}

async function postExpectingSuccess(client: Client, image: Uint8Array): Promise<void> {
  const { status, body } = await client.post(PATH, image);
  if (status !== 200) throw new Error(`the Worker answered ${status}: ${body}`);
}

function measureBytes(modules: WorkerModules): Table {
  const rows: Row[] = Object.entries(modules).map(([name, { contents }]) => ({
    module: name.replace(/^[0-9a-f]{40}-/, ""),
    bytes: contents.length,
    gzipBytes: gzipSync(contents).length,
  }));
  const total = (column: string) => rows.reduce((sum, row) => sum + Number(row[column]), 0);
  return {
    title: "Worker: bytes to upload",
    rows: [...rows, { module: "total", bytes: total("bytes"), gzipBytes: total("gzipBytes") }],
    notes: ["gzip at its usual level 6, each module by itself"],
  };
}
