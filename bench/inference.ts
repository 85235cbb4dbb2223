// How long does one image take in the product, in TensorFlow.js without its kernels, and in ONNX Runtime? The same network,
// weights and input for all, one thread each, taking turns in one process.

import { interleave } from "./measure/interleave.ts";
import { median, quantile } from "./measure/quantile.ts";
import type { Table } from "./measure/table.ts";
import { mobileNetwork, residualNetwork, smallMobileNetwork } from "./networks/seeded.ts";
import { shapeOf, type Network } from "./networks/network.ts";
import { quantiseNetwork } from "./networks/quantise-network.ts";
import { releasedNetworks } from "./networks/released.ts";
import { toQuantisedOnnx } from "./onnx/from-operations.ts";
import { toOnnx } from "./onnx/from-layers.ts";
import { loadOnnxPeer } from "./peers/onnx-runtime.ts";
import {
  layersContestant,
  ourContestant,
  ourContestantInEightBits,
  OURS,
  OURS_IN_EIGHT_BITS,
  stockGraphContestant,
} from "./peers/tfjs-contestants.ts";
import { startWasmBackend } from "../train/wasm-backend.ts";

/** Sums in another order differ by 1e-6 here, a wrong padding or layout by 1e-2 and more. */
const MAX_DIFFERENCE = 1e-4;
/** Of probabilities. Seeded weights say little of what a trained network loses, but a wrong kernel is beyond this. */
const MAX_DIFFERENCE_IN_EIGHT_BITS = 0.1;
const ONNX_IN_EIGHT_BITS = "onnxruntime-node int8";
/** V8 compiles code quickly first and well later: as many rounds again go before the counted ones, to a third. */
const WARM_UP_FRACTION = 1 / 3;

type Probabilities = Float32Array | Float64Array;

export async function inference(): Promise<Table[]> {
  await startWasmBackend();
  const tables: Table[] = [];
  const networks = [smallMobileNetwork(), residualNetwork(), mobileNetwork(), ...(await releasedNetworks())];
  for (const network of networks) tables.push(await measure(network));
  return tables;
}

async function measure(network: Network): Promise<Table> {
  const contestants = await gather(network);
  const outputs = new Map<string, ArrayLike<number>>();
  for (const { name, run } of contestants) outputs.set(name, Float64Array.from(await run()));
  const expected = outputs.get(OURS) ?? [];
  const differences = new Map([...outputs].map(([name, output]) => [name, largestDifference(output, expected)]));
  for (const [name, difference] of differences) {
    const isRounded = name === OURS_IN_EIGHT_BITS || name === ONNX_IN_EIGHT_BITS;
    if (!(difference <= (isRounded ? MAX_DIFFERENCE_IN_EIGHT_BITS : MAX_DIFFERENCE)))
      throw new Error(`${network.title}: ${name} differs from ours by ${difference}`);
  }

  const times = await interleave(contestants, {
    warmUpRounds: Math.ceil(network.rounds * WARM_UP_FRACTION),
    rounds: network.rounds,
  });
  const ourMs = median(times.get(OURS) ?? []);
  return {
    title: `Inference: ${network.title}`,
    rows: [...times].map(([name, samples]) => ({
      runtime: name,
      p50Ms: median(samples),
      p95Ms: quantile(samples, 0.95),
      timesOurs: median(samples) / ourMs,
      timesOurInt8: median(samples) / median(times.get(OURS_IN_EIGHT_BITS) ?? []),
      maxDifference: (differences.get(name) ?? Number.NaN).toExponential(1),
    })),
    notes: [
      `batch 1, one thread, ${network.rounds} rounds; times ours = p50 / p50 of edgescope, more is slower`,
      `max difference: of any probability from edgescope's, of which the largest is ${Math.max(...Array.from(expected)).toPrecision(2)}`,
    ],
  };
}

async function gather(
  network: Network,
): Promise<{ name: string; run: () => Probabilities | Promise<Probabilities> }[]> {
  const { inputHwc } = network;
  const [height, width, channels] = shapeOf(network);
  const inputNchw = inputHwc.map((_, i) => {
    const [channel, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
    return inputHwc[pixel * channels + channel];
  });
  const onnx = toOnnx(network.model);
  const shape = [1, channels, height, width];
  const { graph, quantisation } = quantiseNetwork(network);
  const quantisedOnnx = toQuantisedOnnx(graph, quantisation);
  return [
    ourContestant(network),
    ourContestantInEightBits(network, quantisation),
    stockGraphContestant(network),
    layersContestant(network),
    await loadOnnxPeer("onnxruntime-web", onnx, inputNchw, shape),
    await loadOnnxPeer("onnxruntime-node", onnx, inputNchw, shape),
    ...(quantisedOnnx
      ? [await loadOnnxPeer("onnxruntime-node", quantisedOnnx, inputNchw, shape, ONNX_IN_EIGHT_BITS)]
      : []),
  ];
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
}
