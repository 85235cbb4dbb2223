// How many images a second does one thread learn from, network by network: as the repository trains, on the stock WASM
// backend as the first training run did, and on the JavaScript CPU backend? Steps in turns.

// oxlint-disable-next-line import/no-unassigned-import -- importing it registers the backend
import "@tensorflow/tfjs-backend-cpu";
import { env, scalar, setBackend } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { interleave } from "../measure/interleave.ts";
import { median } from "../measure/quantile.ts";
import type { Row, Table } from "../measure/table.ts";
import { ARCHITECTURES } from "./architectures.ts";
import { createKernelSets, type KernelSets } from "./kernel-sets.ts";
import { createLearner, createOwnLearner, type Learner } from "./learner.ts";

const BATCH = 32;
/** Enough for a rate: that backend takes as long for each image of a batch, and the residual network takes seconds. */
const CPU_BATCH = 2;
/** A path takes steps for as long before it is timed, so that what is compiled while it runs has been. */
const WARM_UP_MS = 1500;
/** A turn is as many steps as take about as long, or one. */
const TURN_MS = 200;
const TURNS = 7;
/** Steps from the same weights on the small batch, before anything is timed. */
const COMPARED_STEPS = 2;
/**
 * Relative. The backends add in different orders, and every step builds on the last: an input of a ReLU that is 0 but for
 * rounding is above it on one backend and below it on another, and its whole gradient passes or does not.
 */
const MAX_LOSS_DIFFERENCE = 1e-2;

const OURS = "ours";

type Path = { name: string; batch: number; use: () => Promise<void>; create: typeof createLearner };

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
        `medians of ${TURNS} turns of ${TURN_MS} ms or one step, one thread each; the CPU backend takes batches of ${CPU_BATCH}`,
        "stock: the first training run's path; where it has no gradient of depthwise convolutions, ours stands in",
        "ours alone: images a second of processor time, as on a machine that does nothing else",
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
    { name: OURS, batch: BATCH, use: on("wasm", useOurs), create: createOwnLearner },
    { name: "stock", batch: BATCH, use: on("wasm", useStock), create: createLearner },
    { name: "cpu", batch: CPU_BATCH, use: on("cpu", useStock), create: createLearner },
  ];
}

async function measure(network: string, build: () => LayersModel, paths: readonly Path[]): Promise<Row> {
  const lossDifference = await compareLosses(build, paths);
  const learners = new Map<string, Learner>();
  const steps = new Map<string, number>();
  for (const { name, batch, use, create } of paths) {
    await use();
    const learner = await create(build, batch);
    learners.set(name, learner);
    steps.set(name, warmUp(learner));
  }
  const processorTimes: number[] = [];
  const contestants = paths.map(({ name, use }) => ({
    name,
    before: use,
    run: () => {
      const before = process.cpuUsage();
      for (let step = 0; step < (steps.get(name) ?? 0); step++) learners.get(name)?.step();
      const { user, system } = process.cpuUsage(before);
      if (name === OURS) processorTimes.push((user + system) / 1000);
    },
  }));
  const times = await interleave(contestants, { warmUpRounds: 0, rounds: TURNS });
  for (const { name, use } of paths) {
    await use();
    learners.get(name)?.dispose();
  }
  const rate = ({ name, batch }: Path, milliseconds: readonly number[]) =>
    (1000 * batch * (steps.get(name) ?? 0)) / median(milliseconds);
  const [ours, stock, cpu] = paths.map((path) => rate(path, times.get(path.name) ?? []));
  const oursAlone = rate(paths[0], processorTimes);
  return { network, ours, stock, cpu, oursOverStock: ours / stock, oursOverCpu: ours / cpu, oursAlone, lossDifference };
}

/** Gives the steps of a turn. */
function warmUp(learner: Learner): number {
  const start = performance.now();
  let steps = 0;
  do {
    learner.step();
    steps++;
  } while (performance.now() - start < WARM_UP_MS);
  return Math.max(1, Math.round((steps * TURN_MS) / (performance.now() - start)));
}

/** The same steps on every path, which must give the same losses; gives the largest difference from the CPU backend. */
async function compareLosses(build: () => LayersModel, paths: readonly Path[]): Promise<number> {
  const losses: number[][] = [];
  for (const { use, create } of paths) {
    await use();
    const learner = await create(build, CPU_BATCH);
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
