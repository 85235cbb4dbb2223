// How long does a phone's photo take to become an input of 224 pixels? The product against mozjpeg, which decodes all of
// it, and on Node against sharp; in Node and in workerd, with the WebAssembly memory that each takes.

import { readFile } from "node:fs/promises";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { drawPhotoRgba } from "../load/draw-photo.ts";
import { interleave } from "../measure/interleave.ts";
import { median } from "../measure/quantile.ts";
import type { Row, Table } from "../measure/table.ts";
import { createPhotoWays, PHOTO_INPUT, type PhotoWay } from "./contestants.ts";
import { loadSharp } from "./sharp.ts";
import { openClient } from "../workerd/post.ts";
import { seedStorage } from "../workerd/seed-storage.ts";
import { startWorker } from "../workerd/start-worker.ts";
import { buildWorker } from "../workerd/worker-modules.ts";

const PHOTO = { width: 4032, height: 3024 };
const KINDS = { baseline: false, progressive: true };
const TIMING = { warmUpRounds: 3, rounds: 15 };
/** In one request to the Worker, so that the post itself hardly counts; it is taken off as well. */
const TIMES = 5;
const WAYS: Record<PhotoWay, string> = {
  product: "product",
  mozjpeg: "@jsquash/jpeg, no resize",
  mozjpegAndResize: "@jsquash/jpeg and resize",
};

export async function photos(): Promise<Table[]> {
  const sharp = await loadSharp();
  const rgba = drawPhotoRgba(PHOTO.width, PHOTO.height);
  const raw = { raw: { ...PHOTO, channels: 4 } };
  const tables: Table[] = [];
  for (const [kind, progressive] of Object.entries(KINDS)) {
    const pipeline = sharp(rgba, raw).removeAlpha();
    const file = await pipeline.jpeg({ quality: 85, progressive, chromaSubsampling: "4:2:0" }).toBuffer();
    tables.push(await inNode(kind, file, sharp), await inWorkerd(kind, file));
  }
  return tables;
}

const titled = (kind: string, runtime: string, { length }: Uint8Array) =>
  `Photos: ${kind} 4:2:0, ${PHOTO.width} x ${PHOTO.height}, ${(length / 1e6).toFixed(1)} MB, to 224 x 224, in ${runtime}`;

async function inNode(kind: string, file: Uint8Array, sharp: Awaited<ReturnType<typeof loadSharp>>): Promise<Table> {
  const mozjpegFile = new URL(import.meta.resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"));
  const ways = createPhotoWays(await loadCodecModules(), await WebAssembly.compile(await readFile(mozjpegFile)));
  const { width, height } = PHOTO_INPUT;
  const contestants = [
    ...Object.entries(WAYS).map(([way, name]) => ({ name, run: () => ways[way as PhotoWay](file) })),
    {
      name: "sharp, native",
      run: () => sharp(file).resize(width, height, { fit: "fill" }).raw().toBuffer(),
    },
  ];
  const times = await interleave(contestants, TIMING);
  return {
    title: titled(kind, "Node", file),
    rows: overProduct(times),
    notes: [`medians of ${TIMING.rounds}, in turns; one thread each`],
  };
}

async function inWorkerd(kind: string, file: Uint8Array): Promise<Table> {
  const modules = await buildWorker("bench/photos/photos-worker.ts", "photos");
  const storage = await seedStorage();
  const running = await startWorker(modules, storage.folder, storage.trustedKeys);
  const client = openClient(running.origin);
  let held: Record<string, number> = {};
  const post = (path: string, times: number) => async () => {
    const { status, body } = await client.post(`/${path}?times=${times}`, file);
    if (status !== 200) throw new Error(`the Worker answered ${status}`);
    held = JSON.parse(body) as Record<string, number>;
  };
  try {
    const posts = await interleave(
      [
        { name: "post", run: post("none", 0) },
        ...Object.entries(WAYS).map(([way, name]) => ({ name, run: post(way, TIMES) })),
      ],
      TIMING,
    );
    const alone = median(posts.get("post") ?? []);
    posts.delete("post");
    const times = new Map([...posts].map(([name, values]) => [name, values.map((value) => (value - alone) / TIMES)]));
    const rows = overProduct(times).map((row) => ({
      ...row,
      wasmMib: (row["way"] === WAYS.product ? held["product"] : held["mozjpeg"]) / 2 ** 20,
    }));
    return {
      title: titled(kind, "workerd", file),
      rows,
      notes: [
        `medians of ${TIMING.rounds} requests that each read the photo ${TIMES} times, less a request that does not`,
      ],
    };
  } finally {
    client.close();
    await running.stop();
    await storage.remove();
  }
}

function overProduct(times: ReadonlyMap<string, number[]>): Row[] {
  const own = median(times.get(WAYS.product) ?? []);
  return [...times].map(([way, values]) => {
    const ms = median(values);
    return { way, p50Ms: ms, timesProduct: ms / own };
  });
}
