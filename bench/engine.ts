// The product's kernels inside workerd: how long does one image take by them, by their build without relaxed SIMD, and by
// the stock backend? The same network, weights and image, taking turns in one isolate, timed from outside.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWasmBackend } from "../train/wasm-backend.ts";
import { packNetwork } from "./engine/packed-network.ts";
import { interleave } from "./measure/interleave.ts";
import { median, quantile } from "./measure/quantile.ts";
import type { Table } from "./measure/table.ts";
import { shapeOf, type Network } from "./networks/network.ts";
import { mobileNetwork, residualNetwork, smallMobileNetwork } from "./networks/seeded.ts";
import { toCompiledGraph } from "./networks/served-model.ts";
import { openClient, type Client } from "./workerd/post.ts";
import { startWorker } from "./workerd/start-worker.ts";
import { buildWorker } from "./workerd/worker-modules.ts";

/** A request costs half a millisecond by itself: each runs the network so often that it does not count. */
const REQUEST_MS = 50;
const ROUNDS = 20;
/** Logits of other kernels differ by rounding in another order. */
const MAX_DIFFERENCE = 1e-3;
const NAMES = ["edgescope", "edgescope, plain SIMD", "tfjs graph"];

export async function engine(): Promise<Table[]> {
  await startWasmBackend();
  const modules = await buildWorker("bench/engine-worker.ts", "engine");
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
  const { artifacts, inputName, logitsName } = toCompiledGraph(network);
  const { modelTopology, weightSpecs, weightData } = artifacts;
  const graph = { modelTopology, weightSpecs, weightData, inputName, logitsName, shapeHwc: shapeOf(network) };
  const { status } = await client.post("/load", packNetwork(graph, network.inputHwc));
  if (status !== 200) throw new Error(`the Worker cannot load ${network.title}`);
  const run = async (name: string, times: number) => {
    const query = new URLSearchParams({ runner: name, times: String(times) });
    return JSON.parse((await client.post(`/run?${query}`, new Uint8Array())).body) as number[];
  };
  const expected = await run("tfjs graph", 1);
  const largest = Math.max(...expected.map((logit) => Math.abs(logit)), 1);
  for (const name of NAMES) {
    const difference = Math.max(...(await run(name, 1)).map((logit, i) => Math.abs(logit - expected[i])));
    if (!(difference <= MAX_DIFFERENCE * largest))
      throw new Error(`${network.title}: ${name} differs by ${difference}`);
  }
  const start = performance.now();
  await run("tfjs graph", 10);
  const times = Math.max(1, Math.round(REQUEST_MS / ((performance.now() - start) / 10)));
  const contestants = NAMES.map((name) => ({ name, run: () => run(name, times) }));
  const measured = await interleave(contestants, { warmUpRounds: 4, rounds: ROUNDS });
  const ours = median(measured.get("edgescope") ?? []);
  return {
    title: `Inference in workerd: ${network.title}`,
    rows: [...measured].map(([name, samples]) => ({
      runtime: name,
      p50Ms: median(samples) / times,
      p95Ms: quantile(samples, 0.95) / times,
      timesOurs: median(samples) / ours,
    })),
    notes: [`${ROUNDS} requests each, of ${times} images one after the other; times ours as for inference`],
  };
}
