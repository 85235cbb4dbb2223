// Does the Worker hold more after a hundred thousand requests than after its warm-up? `node bench/soak/soak.ts [requests]` ends
// with exit code 1 if its tensors or WebAssembly heaps have grown.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { residentBytes } from "../measure/child-processes.ts";
import { writeTable } from "../measure/table.ts";
import { STATE_PATH, type HeldState } from "./soak-state.ts";
import { openClient, type Client } from "../workerd/post.ts";
import { seedStorage } from "../workerd/seed-storage.ts";
import { startWorker } from "../workerd/start-worker.ts";
import { buildWorker, ROOT } from "../workerd/worker-modules.ts";

/** `residentBytes` is of the whole workerd process, and undefined where the system has no /proc. */
export type State = HeldState & { residentBytes: number | undefined };
export type Soak = { beforeWarmUp: State; afterWarmUp: State; end: State };

type Case = { name: string; bytes: Uint8Array; status: number };

const DEFAULT_REQUESTS = 100_000;
const WARM_UP_REQUESTS = 500;
const CONCURRENCY = 8;
const PATH = "/v1/models/mnist-cnn/classify";
/** Of the file's bytes: enough for the header to be read and for decoding to begin. */
const TRUNCATED_FRACTION = 0.6;

/** Posts `requests` images, good and bad, after a warm-up; throws if an answer ever differs from the first to that image. */
export async function soak({
  requests,
  onProgress,
}: {
  requests: number;
  onProgress?: (done: number) => void;
}): Promise<Soak> {
  const modules = await buildWorker("bench/soak/soak-worker.ts", "soak");
  const storage = await seedStorage();
  const running = await startWorker(modules, storage.folder, storage.trustedKeys);
  const clients = Array.from({ length: CONCURRENCY }, () => openClient(running.origin));
  try {
    const cases = await readCases();
    const post = createPoster();
    const readState = async (): Promise<State> => {
      const held = JSON.parse((await clients[0].post(STATE_PATH, new Uint8Array())).body) as HeldState;
      return { ...held, residentBytes: await residentBytes("workerd") };
    };
    // A refused image costs its decoder and the next good one makes another: what is compared has served every good one.
    const readStateAfterGood = async (): Promise<State> => {
      for (const good of cases.filter(({ status }) => status === 200)) await post(clients[0], good);
      return readState();
    };
    const postMany = async (count: number, onRequest?: (done: number) => void) => {
      let next = 0;
      const serve = async (client: Client) => {
        for (let i = next++; i < count; i = next++) {
          await post(client, cases[i % cases.length]);
          onRequest?.(i + 1);
        }
      };
      await Promise.all(clients.map(serve));
    };
    const beforeWarmUp = await readState();
    await postMany(WARM_UP_REQUESTS);
    const afterWarmUp = await readStateAfterGood();
    await postMany(requests, onProgress);
    return { beforeWarmUp, afterWarmUp, end: await readStateAfterGood() };
  } finally {
    for (const client of clients) client.close();
    await running.stop();
    await storage.remove();
  }
}

/** What has grown, in words; the process as a whole is not judged, because V8 frees when it likes. */
export function findGrowth(before: State, after: State): string[] {
  const counts = ({ tensors, heapBytes }: State) => Object.entries({ tensors, ...heapBytes });
  const earlier = new Map(counts(before));
  return counts(after)
    .filter(([what, count]) => count > (earlier.get(what) ?? 0))
    .map(([what, count]) => `${what}: ${earlier.get(what)} after warm-up, ${count} at the end`);
}

async function readCases(): Promise<Case[]> {
  const folder = join(ROOT, "models/mnist/examples");
  const names = (await readdir(folder)).toSorted();
  const good = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)), status: 200 })),
  );
  const truncated = ["7.png", "7.jpg"].map((name) => {
    const bytes = good.find((one) => one.name === name)?.bytes ?? new Uint8Array();
    return { name: `truncated ${name}`, bytes: bytes.subarray(0, bytes.length * TRUNCATED_FRACTION), status: 422 };
  });
  const bad = [
    { name: "empty", bytes: new Uint8Array(), status: 400 },
    { name: "text", bytes: new TextEncoder().encode("not an image"), status: 415 },
    ...truncated,
  ];
  return [...good, ...bad];
}

/** Posts and holds every answer, but for its request id, against the first one to the same image. */
function createPoster(): (client: Client, image: Case) => Promise<void> {
  const firstAnswers = new Map<string, string>();
  return async (client, { name, bytes, status }) => {
    const answer = await client.post(PATH, bytes);
    const body = answer.body.replace(/"requestId":"[^"]*"/, "");
    const first = firstAnswers.get(name) ?? body;
    firstAnswers.set(name, first);
    if (answer.status !== status || body !== first)
      throw new Error(`${name}: answered ${answer.status} ${answer.body}, not ${status} ${first}`);
  };
}

async function main(): Promise<number> {
  const requests = Number(process.argv[2] ?? DEFAULT_REQUESTS);
  if (!Number.isInteger(requests) || requests < 1) {
    console.error("usage: node bench/soak/soak.ts [requests]");
    return 2;
  }
  const start = performance.now();
  const onProgress = (done: number) => {
    if (done % 10_000 === 0) console.error(`${done} of ${requests} requests`);
  };
  const { beforeWarmUp, afterWarmUp, end } = await soak({ requests, onProgress });
  const seconds = (performance.now() - start) / 1000;
  const toRow = (when: string, { tensors, heapBytes, residentBytes: resident }: State) => ({
    when,
    tensors,
    engineMib: toMib(heapBytes.engine),
    pngMib: toMib(heapBytes.png),
    jpegMib: toMib(heapBytes.jpeg),
    processMib: resident === undefined ? "unknown" : toMib(resident),
  });
  console.log(
    writeTable({
      title: `Soak: ${requests} requests in ${Math.round(seconds)} s, ${CONCURRENCY} at a time`,
      rows: [toRow("before warm-up", beforeWarmUp), toRow("after warm-up", afterWarmUp), toRow("end", end)],
      notes: [`warm-up: ${WARM_UP_REQUESTS} requests; process: all of workerd, Miniflare's R2 included`],
    }),
  );
  const growth = findGrowth(afterWarmUp, end);
  for (const line of growth) console.error(`grew: ${line}`);
  return growth.length === 0 ? 0 : 1;
}

const toMib = (bytes: number): number => bytes / 2 ** 20;

if (import.meta.main) process.exitCode = await main();
