// How many images a second does one thread learn from, network by network: on the WASM backend with the repository's
// kernels, with the stock ones wherever there are some, and on the JavaScript CPU backend? Steps in turns.

// oxlint-disable-next-line import/no-unassigned-import -- importing it registers the backend
import "@tensorflow/tfjs-backend-cpu";
import { env, scalar, setBackend } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { interleave } from "./measure/interleave.ts";
import { median } from "./measure/quantile.ts";
import type { Row, Table } from "./measure/table.ts";
import { ARCHITECTURES } from "./training/architectures.ts";
import { createKernelSets, type KernelSets } from "./training/kernel-sets.ts";
import { createLearner, type Learner } from "./training/learner.ts";

const BATCH = 32;
/** Enough for a rate: that backend takes as long for each image of a batch, and the residual network takes seconds. */
const CPU_BATCH = 2;
const WARM_UP_STEPS = 1;
const STEPS = 7;
/** Steps from the same weights on the small batch, before anything is timed. */
const COMPARED_STEPS = 2;
/** Relative; the backends add in different orders, and every step builds on the last. */
const MAX_LOSS_DIFFERENCE = 1e-3;

type Path = { name: string; batch: number; use: () => Promise<void> };

export async function train(): Promise<Table[]> {
  const paths = createPaths(await createKernelSets());
  await startCpuBackend();
  const rows: Row[] = [];
  for (const [network, build] of Object.entries(ARCHITECTURES)) rows.push(await measure(network, build, paths));
  return [
    {
      title: `Training: images a second, batches of ${BATCH}`,
      rows,
      notes: [
        `${STEPS} steps after ${WARM_UP_STEPS} to warm up, one thread each; the CPU backend takes batches of ${CPU_BATCH}`,
        "stock: where the stock backend lacks a gradient, the repository's kernel stands in",
        `loss difference: the largest relative one over ${COMPARED_STEPS} steps from the same weights`,
      ],
    },
  ];
}

function createPaths({ useOurs, useStock }: KernelSets): Path[] {
  const on = (backend: string, useKernels: () => void) => async () => {
    await setBackend(backend);
    useKernels();
  };
  return [
    { name: "ours", batch: BATCH, use: on("wasm", useOurs) },
    { name: "stock", batch: BATCH, use: on("wasm", useStock) },
    { name: "cpu", batch: CPU_BATCH, use: on("cpu", useOurs) },
  ];
}

async function measure(network: string, build: () => LayersModel, paths: readonly Path[]): Promise<Row> {
  const lossDifference = await compareLosses(build, paths);
  const learners = new Map<string, Learner>();
  for (const { name, batch, use } of paths) {
    await use();
    learners.set(name, createLearner(build, batch));
  }
  const contestants = paths.map(({ name, use }) => ({ name, before: use, run: () => learners.get(name)?.step() }));
  const times = await interleave(contestants, { warmUpRounds: WARM_UP_STEPS, rounds: STEPS });
  for (const { name, use } of paths) {
    await use();
    learners.get(name)?.dispose();
  }
  const [ours, stock, cpu] = paths.map(({ name, batch }) => (1000 * batch) / median(times.get(name) ?? []));
  return { network, ours, stock, cpu, oursOverStock: ours / stock, oursOverCpu: ours / cpu, lossDifference };
}

/** The same steps on every path, which must give the same losses; gives the largest difference from the CPU backend. */
async function compareLosses(build: () => LayersModel, paths: readonly Path[]): Promise<number> {
  const losses: number[][] = [];
  for (const { use } of paths) {
    await use();
    const learner = createLearner(build, CPU_BATCH);
    losses.push(Array.from({ length: COMPARED_STEPS }, () => learner.step()));
    learner.dispose();
  }
  const reference = losses.at(-1) ?? [];
  const difference = Math.max(...losses.flat().map((loss, i) => Math.abs(loss / reference[i % COMPARED_STEPS] - 1)));
  if (!(difference <= MAX_LOSS_DIFFERENCE)) throw new Error(`after the same steps the losses differ by ${difference}`);
  return difference;
}

/** On its first use the backend recommends another package, at length, except in production mode. */
async function startCpuBackend(): Promise<void> {
  await setBackend("cpu");
  env().set("PROD", true);
  scalar(0).dispose();
  env().set("PROD", false);
}
