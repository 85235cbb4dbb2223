// The product's kernels inside workerd: how long does one image take by them in float32 and in 8 bits, by their build without
// relaxed SIMD, and by the stock backend? The same network, weights and image, taking turns in one isolate, timed from outside.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWasmBackend } from "../../train/wasm-backend.ts";
import { toProbabilities } from "../../src/decision/probabilities.ts";
import { packNetwork } from "./packed-network.ts";
import { toNetworkGraph } from "./plan-network.ts";
import { interleave } from "../measure/interleave.ts";
import { median, quantile } from "../measure/quantile.ts";
import type { Table } from "../measure/table.ts";
import type { Network } from "../networks/network.ts";
import { quantiseNetwork } from "../networks/quantise-network.ts";
import { mobileNetwork, residualNetwork, smallMobileNetwork } from "../networks/seeded.ts";
import { openClient, type Client } from "../workerd/post.ts";
import { startWorker } from "../workerd/start-worker.ts";
import { buildWorker } from "../workerd/worker-modules.ts";

/** A request costs half a millisecond by itself: each runs the network so often that it does not count. */
const REQUEST_MS = 50;
const ROUNDS = 20;
/** Logits of other kernels differ by rounding in another order. */
const MAX_DIFFERENCE = 1e-3;
/** Of probabilities, as for inference. */
const MAX_DIFFERENCE_IN_EIGHT_BITS = 0.1;
const IN_FLOATS = ["edgescope", "edgescope, plain SIMD", "tfjs graph"];
const IN_EIGHT_BITS = "edgescope int8";
const NAMES = [...IN_FLOATS, IN_EIGHT_BITS];

export async function engine(): Promise<Table[]> {
  await startWasmBackend();
  const modules = await buildWorker("bench/engine/engine-worker.ts", "engine");
  const folder = await mkdtemp(join(tmpdir(), "edgescope-engine-"));
  const running = await startWorker(modules, folder, "");
  const client = openClient(running.origin);
  try {
    const tables: Table[] = [];
    for (const create of [smallMobileNetwork, residualNetwork, mobileNetwork])
      tables.push(await measure(create(), client));
    return tables;
  } finally {
    client.close();
    await running.stop();
    await rm(folder, { recursive: true });
  }
}

async function measure(network: Network, client: Client): Promise<Table> {
  const { quantisation } = quantiseNetwork(network);
  const packed = packNetwork({ ...toNetworkGraph(network), quantisation }, network.inputHwc);
  const { status } = await client.post("/load", packed);
  if (status !== 200) throw new Error(`the Worker cannot load ${network.title}`);
  const run = async (name: string, times: number) => {
    const query = new URLSearchParams({ runner: name, times: String(times) });
    return JSON.parse((await client.post(`/run?${query}`, new Uint8Array())).body) as number[];
  };
  const expected = await run("tfjs graph", 1);
  const largest = Math.max(...expected.map((logit) => Math.abs(logit)), 1);
  for (const name of IN_FLOATS)
    checkDifference(`${network.title}: ${name}`, await run(name, 1), expected, MAX_DIFFERENCE * largest);
  const [rounded, exact] = [await run(IN_EIGHT_BITS, 1), expected].map((logits) =>
    toProbabilities(Float32Array.from(logits), { method: "none" }),
  );
  checkDifference(`${network.title}: ${IN_EIGHT_BITS}`, rounded, exact, MAX_DIFFERENCE_IN_EIGHT_BITS);
  const times = new Map<string, number>();
  for (const name of NAMES) {
    // V8 compiles while the first ones run.
    await run(name, 10);
    const start = performance.now();
    await run(name, 10);
    times.set(name, Math.max(1, Math.round(REQUEST_MS / ((performance.now() - start) / 10))));
  }
  const timesOf = (name: string) => times.get(name) ?? 1;
  const contestants = NAMES.map((name) => ({ name, run: () => run(name, timesOf(name)) }));
  const requests = await interleave(contestants, { warmUpRounds: 4, rounds: ROUNDS });
  const measured = new Map([...requests].map(([name, ms]) => [name, ms.map((each) => each / timesOf(name))]));
  const [ours, oursInt8] = ["edgescope", IN_EIGHT_BITS].map((name) => median(measured.get(name) ?? []));
  return {
    title: `Inference in workerd: ${network.title}`,
    rows: [...measured].map(([name, samples]) => ({
      runtime: name,
      p50Ms: median(samples),
      p95Ms: quantile(samples, 0.95),
      timesOurs: median(samples) / ours,
      timesOurInt8: median(samples) / oursInt8,
    })),
    notes: [
      `${ROUNDS} requests each, of ${NAMES.map((name) => `${timesOf(name)} images (${name})`).join(", ")}; times ours as for inference`,
    ],
  };
}

function checkDifference(name: string, made: ArrayLike<number>, expected: ArrayLike<number>, most: number): void {
  const difference = Math.max(...Array.from(made, (value, i) => Math.abs(value - expected[i])));
  if (!(difference <= most)) throw new Error(`${name} differs by ${difference}`);
}
