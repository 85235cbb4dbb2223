// What does an explanation cost beside the inference it explains? The map alone, and the map with its overlay, on
// networks that average their last feature map; the map by occlusion on one that does not.

import { givesLogits } from "../src/bundle/class-activation.ts";
import { goldenSamples } from "../src/bundle/golden.ts";
import { classActivationMap } from "../src/decision/explain/class-activation-map.ts";
import { occlusionGrid, occlusionMap } from "../src/decision/explain/occlusion-map.ts";
import { rangeOf, type ScoreGrid } from "../src/decision/explain/score-grid.ts";
import { drawOverlay } from "../src/explain/draw-overlay.ts";
import type { Picture } from "../src/explain/picture.ts";
import { encodePng } from "../src/image/png/encode-png.ts";
import type { Model } from "../src/model/model.ts";
import { imagesPerPass } from "../src/predict.ts";
import { resNet } from "../train/architectures/resnet.ts";
import { drawDigit } from "../train/examples/draw-digits.ts";
import { pneumonia } from "../train/recipes/pneumonia.ts";
import { startWasmBackend } from "../train/wasm-backend.ts";
import { interleave } from "./measure/interleave.ts";
import { median, quantile } from "./measure/quantile.ts";
import type { Table } from "./measure/table.ts";
import { mobileNetwork } from "./networks/seeded.ts";
import { toNetwork, type Network } from "./networks/network.ts";
import { releasedNetwork } from "./networks/released.ts";
import { toServedModel } from "./networks/served-model.ts";

/** The largest overlay. */
const OVERLAY_SIDE = 512;
const SCORE = { index: 0, sign: 1 } as const;

const INFERENCE = "inference";

type Contestant = { name: string; run: () => unknown };

export async function explain(): Promise<Table[]> {
  await startWasmBackend();
  const tables: Table[] = [];
  for (const network of [pneumoniaNetwork(), { ...mobileNetwork(), rounds: 40 }]) {
    const served = toServedModel(network);
    tables.push(await measure(network, classActivationContestants(served, network.inputHwc)));
  }
  const original = { ...(await releasedNetwork("mnist-cnn")), rounds: 100 };
  tables.push(await measure(original, occlusionContestants(toServedModel(original), original.inputHwc)));
  return tables;
}

/** As the recipe builds it, with its initial weights. */
function pneumoniaNetwork(): Network {
  const model = resNet({ inputSize: 28, channels: 1, classes: 2, widths: [16, 32, 64], blocksPerStage: 2, seed: 1 });
  return toNetwork("residual network of the pneumonia recipe, 28 px, initial weights", model, pneumonia.input, 300);
}

function classActivationContestants(served: Model, inputHwc: Float32Array): Contestant[] {
  const picture = drawPicture();
  const toMap = (): ScoreGrid => {
    const [{ logits, featureMap }] = served.run(inputHwc, { featureMap: true });
    if (!featureMap || !served.classActivation) throw new Error("the network has no feature map that is averaged");
    if (!checked && !givesLogits(featureMap, served.classActivation, logits))
      throw new Error("the feature map's mean does not give the logits");
    checked = true;
    return classActivationMap(featureMap, served.classActivation, SCORE);
  };
  let checked = false;
  const drawOverlayOf = (map: ScoreGrid) => drawOverlay(picture, map, rangeOf(map), area);
  const area = { x: 0, y: 0, width: OVERLAY_SIDE, height: OVERLAY_SIDE };
  return [
    { name: INFERENCE, run: () => served.run(inputHwc) },
    { name: "and its map", run: toMap },
    { name: "and its map and overlay", run: () => encodePng(drawOverlayOf(toMap()), {}) },
  ];
}

function occlusionContestants(served: Model, inputHwc: Float32Array): Contestant[] {
  const { input } = served.manifest;
  const covered = { height: input.height, width: input.width, samplesHwc: inputHwc, background: Float32Array.of(0) };
  const toMap = () => {
    const [{ logits }] = served.run(inputHwc);
    return occlusionMap(covered, logits[SCORE.index], imagesPerPass(input), (inputNhwc) =>
      served.run(inputNhwc).map((output) => output.logits[SCORE.index]),
    );
  };
  const { height, width } = occlusionGrid(input, 1);
  return [
    { name: INFERENCE, run: () => served.run(inputHwc) },
    { name: `and its map of ${height * width} covered images`, run: toMap },
  ];
}

async function measure({ title, rounds }: Network, contestants: readonly Contestant[]): Promise<Table> {
  const times = await interleave(contestants, { warmUpRounds: Math.ceil(rounds / 3), rounds });
  // On a busy machine half of the times hold somebody else's work; the fastest tenth does not.
  const inferenceMs = quantile(times.get(INFERENCE) ?? [], 0.1);
  return {
    title: `Explanation: ${title}`,
    rows: [...times].map(([work, samples]) => ({
      work,
      p10Ms: quantile(samples, 0.1),
      p50Ms: median(samples),
      timesInference: quantile(samples, 0.1) / inferenceMs,
    })),
    notes: [
      `batch 1, one thread, ${rounds} rounds; times inference = p10 / p10 of the inference alone`,
      `an overlay is ${OVERLAY_SIDE} x ${OVERLAY_SIDE} pixels, drawn and written as PNG; decoding and shrinking the posted image are not in it`,
    ],
  };
}

/** A digit under a little noise, so that deflate has as much to do as with a photograph. */
function drawPicture(): Picture {
  const [width, height] = [OVERLAY_SIDE, OVERLAY_SIDE];
  const digit = drawDigit(8, OVERLAY_SIDE);
  const noise = goldenSamples(1, 3 * digit.length);
  return { width, height, data: noise.map((sample, i) => 0.9 * digit[Math.floor(i / 3)] + 0.05 * sample) };
}
