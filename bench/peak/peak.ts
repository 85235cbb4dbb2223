// What share of what the machine can do do the kernels reach, by the kind of layer? One image through each network, every
// call of a kernel timed by itself, against a loop that does nothing but multiply and add: in float32 against multiply-adds, in
// 8 bits against dot products.

import { readFile } from "node:fs/promises";
import { currentHeap } from "../../src/model/plan/heap.ts";
import type { Kernels } from "../../src/model/kernels/kernels.ts";
import { startWasmBackend } from "../../train/wasm-backend.ts";
import { planGraph, toNetworkGraph, type NetworkGraph } from "../engine/plan-network.ts";
import type { Row, Table } from "../measure/table.ts";
import { quantiseNetwork } from "../networks/quantise-network.ts";
import { mobileNetwork, residualNetwork, smallMobileNetwork } from "../networks/seeded.ts";

const RUNS = 60;
const PROBE_ROUNDS = 500_000;

type Call = { layers: string; operations: number; ms: number };
/** Gives billions of operations a second. */
type Probe = { title: string; unit: string; run: () => number };

export async function peak(): Promise<Table[]> {
  await startWasmBackend();
  const { floats, levels } = await loadProbes();
  return [smallMobileNetwork, residualNetwork, mobileNetwork].flatMap((create) => {
    const network = create();
    const graph = toNetworkGraph(network);
    const { quantisation } = quantiseNetwork(network);
    return [
      measure(network.title, network.inputHwc, graph, floats),
      measure(`${network.title}, in 8 bits`, network.inputHwc, { ...graph, quantisation }, levels),
    ];
  });
}

/** The fastest of many runs of each call: what else the machine does is not the kernels'. The probe takes turns with them. */
function measure(title: string, inputHwc: Float32Array, graph: NetworkGraph, probe: Probe): Table {
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
          const ms = performance.now() - start;
          calls.push({ layers: kindOf(name, parameters), operations: countOperations(name, parameters), ms });
        },
      ]),
  ) as Kernels;
  // It gives an answer, which the timed ones do not.
  const plan = planGraph(graph, { ...heap, kernels: { ...kernels, hasDotProducts: heap.kernels.hasDotProducts } });
  let best: Call[] = [];
  let ceiling = 0;
  for (let run = 0; run < RUNS; run++) {
    ceiling = Math.max(ceiling, probe.run());
    calls = [];
    plan.run(inputHwc, 0);
    best = calls.map((call, i) => (best[i] && best[i].ms < call.ms ? best[i] : call));
  }
  plan.dispose();
  const total = best.reduce((sum, { ms }) => sum + ms, 0);
  const rows = [...Map.groupBy(best, ({ layers }) => layers)].map(([layers, group]): Row => {
    const ms = group.reduce((sum, call) => sum + call.ms, 0);
    const operations = group.reduce((sum, call) => sum + call.operations, 0);
    return {
      layers,
      calls: group.length,
      ms,
      shareOfTime: ms / total,
      [probe.unit]: operations / ms / 1e6,
      shareOfPeak: operations / ms / 1e6 / ceiling,
    };
  });
  return {
    title: `Share of the peak: ${title}`,
    rows: rows.toSorted((a, b) => Number(b["ms"]) - Number(a["ms"])),
    notes: [
      `peak ${ceiling.toFixed(1)} ${probe.title} in registers, one thread, the best of ${RUNS} in the same run`,
      `each call's fastest of ${RUNS} runs of the whole network; whatever else a call does to its numbers does not count`,
    ],
  };
}

function kindOf(kernel: string, [, , , , segments]: number[]): string {
  if (kernel.startsWith("depthwise")) return "depthwise convolution";
  if (kernel.startsWith("dense")) return "dense";
  if (kernel === "winograd") return "3x3 convolution in tiles";
  if (kernel === "multiply" || (kernel.startsWith("multiply") && segments === 1)) return "1x1 convolution";
  return kernel === "convolve" || kernel.startsWith("multiply") ? "larger convolution" : "all else";
}

/** Multiplications and additions, by the kernels' parameters; in tiles, those of the products and not of the transforms. */
function countOperations(kernel: string, [first, second, third, fourth, fifth, sixth, seventh]: number[]): number {
  if (kernel === "multiply") return 2 * first * second * third;
  if (kernel === "convolve" || kernel.startsWith("multiply")) return 2 * first * second * third * fifth;
  if (kernel === "winograd") {
    const tiles = Math.ceil(fourth / first) * Math.ceil(fifth / first);
    return 2 * (first + 2) ** 2 * tiles * sixth * seventh;
  }
  if (kernel.startsWith("dense")) return 2 * first * second;
  const [, side] = /^depthwise(?:Levels)?(\d)x/.exec(kernel) ?? [];
  return side === undefined ? 0 : 2 * Number(side) ** 2 * first * second * third;
}

type Loop = (rounds: number, x: number, y: number) => number;

async function loadProbes(): Promise<Record<"floats" | "levels", Probe>> {
  const bytes = await readFile(new URL("peak.wasm", import.meta.url));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { abort: () => undefined } });
  const { multiplyAdd, dotProducts } = instance.exports as Record<"multiplyAdd" | "dotProducts", Loop>;
  const timed = (loop: Loop, operationsARound: number, x: number, y: number) => () => {
    const start = performance.now();
    loop(PROBE_ROUNDS, x, y);
    return (operationsARound * PROBE_ROUNDS) / (performance.now() - start) / 1e6;
  };
  return {
    floats: { title: "GFLOP/s: relaxed multiply-add", unit: "gflopS", run: timed(multiplyAdd, 96, 0.5, 0.25) },
    levels: { title: "Gop/s: relaxed dot product", unit: "gopS", run: timed(dotProducts, 384, -3, 5) },
  };
}
