import { expect, test } from "vitest";
import { createWorkerPool } from "../../../train/pipeline/worker-pool.ts";

const script = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, workerData } from "node:worker_threads";
      let served = 0;
      parentPort.on("message", (request) => { ${body} });
      parentPort.postMessage("ready");`)}`,
  );

test("takes requests in their order, each answered by one worker", async () => {
  const echo = script("parentPort.postMessage([workerData, request, ++served])");
  const pool = await createWorkerPool<number, [string, number, number]>(echo, "set up", 1);
  expect(await Promise.all([7, 8, 9].map(pool.run))).toEqual([
    ["set up", 7, 1],
    ["set up", 8, 2],
    ["set up", 9, 3],
  ]);
  await pool.close();
});

test("works at as many requests as there are workers", async () => {
  const meet = script(`
    const arrived = new Int32Array(workerData);
    Atomics.add(arrived, 0, 1);
    Atomics.notify(arrived, 0);
    while (Atomics.load(arrived, 0) < 2) Atomics.wait(arrived, 0, 1);
    parentPort.postMessage(request);`);
  const pool = await createWorkerPool<string, string>(meet, new SharedArrayBuffer(4), 2);
  expect(await Promise.all(["a", "b"].map(pool.run))).toEqual(["a", "b"]);
  await pool.close();
});

test("rejects when the worker fails, with its error", async () => {
  const pool = await createWorkerPool<string, string>(script("throw new Error(`cannot do ${request}`)"), null, 1);
  await expect(pool.run("that")).rejects.toThrow("cannot do that");
  await pool.close();
});
