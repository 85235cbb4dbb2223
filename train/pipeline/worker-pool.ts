// Worker threads of one kind that take requests in the order in which they are made, each as soon as it is free.

import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

export type WorkerPool<Request, Reply> = {
  /** Rejects when the worker fails instead of answering; the pool can then only be closed. */
  run: (request: Request) => Promise<Reply>;
  close: () => Promise<void>;
};

/**
 * V8 compiles what is between WebAssembly and JavaScript after so many calls, once for all threads. Two that do so at once may
 * free it twice, which ends the process: "Check failed: jit_page.has_value()", seen with V8 13.6. Not compiled, a call takes 15 ns
 * more.
 */
const UNCOMPILED_WRAPPERS = "--wasm-wrapper-tiering-budget=2147483647";

/** `script` posts one message when it is ready, and one for each that it gets. `workerData` is cloned for each thread. */
export async function createWorkerPool<Request, Reply>(
  script: URL,
  workerData: unknown,
  count: number,
): Promise<WorkerPool<Request, Reply>> {
  setFlagsFromString(UNCOMPILED_WRAPPERS);
  const workers = Array.from({ length: count }, () => new Worker(script, { workerData }));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const idle = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];
  return {
    async run(request) {
      const worker = idle.shift() ?? (await new Promise<Worker>((resolve) => waiting.push(resolve)));
      worker.postMessage(request);
      const [reply] = (await once(worker, "message")) as [Reply];
      const next = waiting.shift();
      if (next) next(worker);
      else idle.push(worker);
      return reply;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
