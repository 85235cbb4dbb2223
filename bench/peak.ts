// What share of what the machine can do do the kernels reach, by the kind of layer? One image through each network, every
// call of a kernel timed by itself, against a loop that does nothing but multiply and add.

import { readFile } from "node:fs/promises";
import { currentHeap } from "../src/model/plan/heap.ts";
import type { Kernels } from "../src/model/kernels/kernels.ts";
import { startWasmBackend } from "../train/wasm-backend.ts";
import { planNetwork } from "./engine/plan-network.ts";
import type { Row, Table } from "./measure/table.ts";
import type { Network } from "./networks/network.ts";
import { mobileNetwork, residualNetwork, smallMobileNetwork } from "./networks/seeded.ts";

const RUNS = 60;
const PROBE_ROUNDS = 500_000;
const OPERATIONS_A_ROUND = 96;

type Call = { kernel: string; operations: number; ms: number };

export async function peak(): Promise<Table[]> {
  await startWasmBackend();
  const probe = await loadProbe();
  const networks = [smallMobileNetwork, residualNetwork, mobileNetwork];
  return networks.map((create) => measure(create(), probe));
}

/** The fastest of many runs of each call: what else the machine does is not the kernels'. The probe takes turns with them. */
function measure(network: Network, probe: () => number): Table {
  const heap = currentHeap();
  if (!heap) throw new Error("the backend has no kernels");
  let calls: Call[] = [];
  const kernels = Object.fromEntries(
    Object.entries(heap.kernels)
      .filter(([, kernel]) => typeof kernel === "function")
      .map(([name, kernel]) => [
        name,
        (...parameters: number[]) => {
          const start = performance.now();
          kernel(...parameters);
          calls.push({ kernel: name, operations: countOperations(name, parameters), ms: performance.now() - start });
        },
      ]),
  ) as Kernels;
  const plan = planNetwork(network, { ...heap, kernels });
  let best: Call[] = [];
  let ceiling = 0;
  for (let run = 0; run < RUNS; run++) {
    ceiling = Math.max(ceiling, probe());
    calls = [];
    plan.run(network.inputHwc, 0);
    best = calls.map((call, i) => (best[i] && best[i].ms < call.ms ? best[i] : call));
  }
  plan.dispose();
  const total = best.reduce((sum, { ms }) => sum + ms, 0);
  const rows = [...Map.groupBy(best, ({ kernel }) => kindOf(kernel))].map(([kind, group]): Row => {
    const ms = group.reduce((sum, call) => sum + call.ms, 0);
    const operations = group.reduce((sum, call) => sum + call.operations, 0);
    return {
      layers: kind,
      calls: group.length,
      ms,
      shareOfTime: ms / total,
      gflopS: operations / ms / 1e6,
      shareOfPeak: operations / ms / 1e6 / ceiling,
    };
  });
  return {
    title: `Share of the peak: ${network.title}`,
    rows: rows.toSorted((a, b) => Number(b["ms"]) - Number(a["ms"])),
    notes: [
      `peak ${ceiling.toFixed(1)} GFLOP/s: relaxed multiply-add in registers, one thread, the best of ${RUNS} in the same run`,
      `each call's fastest of ${RUNS} runs of the whole network; operations of whole tiles that hold no pixel do not count`,
    ],
  };
}

const KINDS: Record<string, string> = {
  multiply: "1x1 convolution",
  convolve: "larger convolution",
  dense: "dense",
};

const kindOf = (kernel: string): string =>
  kernel.startsWith("depthwise") ? "depthwise convolution" : (KINDS[kernel] ?? "all else");

/** Multiplications and additions, by the kernels' parameters. */
function countOperations(kernel: string, [first, second, third, , fifth]: number[]): number {
  if (kernel === "multiply") return 2 * first * second * third;
  if (kernel === "convolve") return 2 * first * second * third * fifth;
  if (kernel === "dense") return 2 * first * second;
  const [, side] = /^depthwise(\d)x/.exec(kernel) ?? [];
  return side === undefined ? 0 : 2 * Number(side) ** 2 * first * second * third;
}

/** Gives GFLOP/s. */
async function loadProbe(): Promise<() => number> {
  const bytes = await readFile(new URL("peak/peak.wasm", import.meta.url));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { abort: () => undefined } });
  const { multiplyAdd } = instance.exports as { multiplyAdd: (rounds: number, x: number, y: number) => number };
  return () => {
    const start = performance.now();
    multiplyAdd(PROBE_ROUNDS, 0.5, 0.25);
    return (OPERATIONS_A_ROUND * PROBE_ROUNDS) / (performance.now() - start) / 1e6;
  };
}
