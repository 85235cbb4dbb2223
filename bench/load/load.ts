// What does the built Worker do under load? Its rate and latency against a Worker that reads the body and says hello,
// a crowd of photos of twelve megapixels, and models that change while they are asked.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createR2Store } from "../../src/registry/store/r2.ts";
import { authorOf } from "../../train/publish/author.ts";
import { publish } from "../../train/publish/publish.ts";
import { withManifest, type PackedBundle } from "../../train/pack/pack-bundle.ts";
import { drawPhoto } from "./draw-photo.ts";
import { drive, writeAnswers, type Drive } from "./drive.ts";
import { residentBytes } from "../measure/child-processes.ts";
import { rotate } from "../measure/interleave.ts";
import { quantile } from "../measure/quantile.ts";
import type { Row, Table } from "../measure/table.ts";
import { readRelease, seedStorage } from "../workerd/seed-storage.ts";
import { startWorker } from "../workerd/start-worker.ts";
import { builtWorker, ROOT, textWorker, type WorkerModules } from "../workerd/worker-modules.ts";

const HELLO = `export default {
  async fetch(request) {
    await request.arrayBuffer();
    return new Response("hello");
  },
};`;
const CLASSIFY = "/v1/models/mnist-cnn/classify";
const CONNECTIONS = [1, 8, 64];
const REQUESTS = 1000;
const ROUNDS = 5;
const PHOTOS = 20;
const PHOTO = { width: 4032, height: 3024 };
/** Files of 2 MB, of which pixels are the first to run out, and of 5.4 MB, of which bytes are. */
const KINDS = [
  { noise: 8, quality: 85 },
  { noise: 20, quality: 92 },
];
const SAMPLE_MS = 20;
const CHANGES = 10;

export async function load(): Promise<Table[]> {
  const modules = await builtWorker();
  const digit = await readFile(join(ROOT, "models/mnist/examples/7.png"));
  const tables = [await measureRates(modules, digit)];
  for (const kind of KINDS) tables.push(await crowd(modules, digit, drawPhoto(PHOTO.width, PHOTO.height, kind)));
  return [...tables, await changeUnderLoad(modules, digit)];
}

/** Both Workers run all the time; rounds take turns. */
async function measureRates(modules: WorkerModules, digit: Uint8Array): Promise<Table> {
  const storage = await seedStorage();
  const subjects = [
    { worker: "hello", running: await startWorker(textWorker(HELLO), storage.folder, storage.trustedKeys) },
    { worker: "classify", running: await startWorker(modules, storage.folder, storage.trustedKeys) },
  ];
  const rows: Row[] = [];
  try {
    for (const connections of CONNECTIONS) {
      const drives: Drive[][] = [[], []];
      for (let round = 0; round <= ROUNDS; round++) {
        for (const [subject, { running }] of rotate([...subjects.entries()], round)) {
          const driven = await drive(running.origin, CLASSIFY, digit, { connections, requests: REQUESTS });
          // The first round warms up.
          if (round > 0) drives[subject].push(driven);
        }
      }
      const figures = drives.map(toFigures);
      for (const [i, { worker }] of subjects.entries())
        rows.push({
          worker,
          connections,
          requestsASecond: figures[i].rate,
          p50Ms: figures[i].p50Ms,
          p99Ms: figures[i].p99Ms,
          rateOverHello: figures[i].rate / figures[0].rate,
          p50OverHello: figures[i].p50Ms / figures[0].p50Ms,
          p99OverHello: figures[i].p99Ms / figures[0].p99Ms,
          answers: writeAnswers(figures[i].answers),
        });
    }
  } finally {
    for (const { running } of subjects) await running.stop();
    await storage.remove();
  }
  return {
    title: "Load: small images",
    rows,
    notes: [`${ROUNDS} rounds of ${REQUESTS} requests each, taking turns; the client runs on the same machine`],
  };
}

function toFigures(drives: readonly Drive[]) {
  const latencies = drives.flatMap(({ latenciesMs }) => latenciesMs);
  const seconds = drives.reduce((sum, driven) => sum + driven.seconds, 0);
  const answers = new Map<string, number>();
  for (const driven of drives)
    for (const [kind, count] of driven.answers) answers.set(kind, (answers.get(kind) ?? 0) + count);
  return {
    rate: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    answers,
  };
}

/** The released model, signed again to accept what a phone takes. */
async function takingPhotos(version?: string): Promise<PackedBundle> {
  const { manifest, files } = await readRelease("mnist-cnn");
  const input = { ...manifest.input, maxPixels: 16 * 2 ** 20, maxBytes: 16 * 2 ** 20 };
  return withManifest({ ...manifest, version: version ?? manifest.version, input }, files);
}

async function crowd(modules: WorkerModules, digit: Uint8Array, photo: Uint8Array): Promise<Table> {
  const storage = await seedStorage([await takingPhotos()]);
  const running = await startWorker(modules, storage.folder, storage.trustedKeys);
  let peak = 0;
  const sample = async () => {
    peak = Math.max(peak, (await residentBytes("workerd")) ?? 0);
  };
  try {
    await drive(running.origin, CLASSIFY, digit, { connections: 1, requests: 100 });
    await sample();
    const idle = peak;
    const timer = setInterval(() => void sample(), SAMPLE_MS);
    const first = await drive(running.origin, CLASSIFY, photo, { connections: PHOTOS, requests: PHOTOS });
    const again = await drive(running.origin, CLASSIFY, photo, { connections: PHOTOS, requests: PHOTOS });
    clearInterval(timer);
    await sample();
    return {
      title: `Load: ${PHOTOS} photos of ${PHOTO.width} x ${PHOTO.height} pixels and ${(photo.length / 1e6).toFixed(1)} MB at once, twice`,
      rows: [first, again].map(({ latenciesMs, answers }) => ({
        answers: writeAnswers(answers),
        p50Ms: quantile(latenciesMs, 0.5),
        slowestMs: Math.max(...latenciesMs),
        peakOverIdleMib: (peak - idle) / 2 ** 20,
      })),
      notes: ["resident memory of workerd, the highest of both times; idle is after a hundred small images"],
    };
  } finally {
    await running.stop();
    await storage.remove();
  }
}

/** A new version is published and the old one put back, again and again; then every object is lost. */
async function changeUnderLoad(modules: WorkerModules, digit: Uint8Array): Promise<Table> {
  const versions = [await readRelease("mnist-cnn"), await takingPhotos("99.0.0")];
  const storage = await seedStorage([versions[0]]);
  const running = await startWorker(modules, storage.folder, storage.trustedKeys, { REFRESH_SECONDS: "1" });
  try {
    const store = createR2Store(await running.bucket());
    await drive(running.origin, CLASSIFY, digit, { connections: 1, requests: 100 });
    const over = new AbortController();
    const driven: Drive[] = [];
    const driving = (async () => {
      while (!over.signal.aborted)
        driven.push(await drive(running.origin, CLASSIFY, digit, { connections: 8, requests: REQUESTS }));
    })();
    for (let change = 1; change <= CHANGES; change++) {
      const published = await publish(store, versions[change % 2], storage.key, {
        ...authorOf("bench"),
        channel: "stable",
      });
      if (!published.ok) throw new Error(published.error.detail);
      const seen = driven.length;
      while (driven.length < seen + 2) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const bucket = await running.bucket();
    for (const { key } of (await bucket.list()).objects) await bucket.delete(key);
    const seen = driven.length;
    while (driven.length < seen + 4) await new Promise((resolve) => setTimeout(resolve, 10));
    over.abort();
    await driving;
    const { rate, p50Ms, p99Ms, answers } = toFigures(driven);
    return {
      title: `Load: ${CHANGES} changes of the stable version, then every object of the storage deleted`,
      rows: [
        { requests: driven.length * REQUESTS, requestsASecond: rate, p50Ms, p99Ms, answers: writeAnswers(answers) },
      ],
      notes: ["8 connections"],
    };
  } finally {
    await running.stop();
    await storage.remove();
  }
}
