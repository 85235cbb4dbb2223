// From a compiled network and its inputs to a manifest that the serving code loads and obeys.

import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/bundle/manifest.ts";
import { createModel } from "../../../src/model/load-model.ts";
import { toGraphFiles } from "../../../train/compile/graph-files.ts";
import { settleDecision } from "../../../train/decide/settle-decision.ts";
import type { DecisionPlan } from "../../../train/decide/fit-decision.ts";
import type { Inputs } from "../../../train/fit/inputs.ts";
import { withManifest } from "../../../train/pack/pack-bundle.ts";
import { createSharedArray } from "../../../train/pipeline/shared-array.ts";
import { useWasmBackend } from "../../../train/wasm-backend.ts";
import { exampleManifest } from "../../bundle/example-manifest.ts";
import { randomizeWeights } from "../compile/random-weights.ts";
import { compileOrFail } from "../compile/run-both.ts";

beforeAll(() => useWasmBackend());

/** Forty images of 2 x 2 in two shades, each a little different. */
function shades(offset: number): Inputs {
  const values = createSharedArray(40 * 4);
  values.set(Array.from({ length: 160 }, (_, at) => (Math.floor(at / 4) % 2) * 0.5 + (((at + offset) * 7) % 11) / 40));
  const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 2);
  const images = { size: 4, first: 0, place: { values } };
  return { count: 40, shape: [2, 2, 1], images, labels, background: [0] };
}

async function settle(wanted: Manifest["decision"] | DecisionPlan) {
  const network = randomizeWeights(
    sequential({
      layers: [
        layers.flatten({ inputShape: [2, 2, 1] }),
        layers.dense({ units: 3, activation: "tanh" }),
        layers.dense({ units: 2, activation: "softmax" }),
      ],
    }),
  );
  const graph = compileOrFail(network);
  const { files: _, calibration: _c, decision: _d, ...example } = exampleManifest;
  const names = { file: "model.json", input: graph.inputName, logits: graph.logitsName };
  const description = { ...example, graph: { ...names, features: graph.featuresName ?? "absent" } };
  const graphFiles = toGraphFiles(graph);
  const inputs = { training: shades(0), validation: shades(3) };
  const settled = await settleDecision(wanted, description, graphFiles, inputs);
  if (!settled.ok) throw new Error(settled.error.detail);
  const { files, ...decided } = settled.value;
  const bundle = await withManifest({ ...description, ...decided }, new Map([...graphFiles, ...files]));
  return { settled: settled.value, model: createModel(bundle) };
}

describe("a plan", () => {
  test("becomes a calibration, a threshold and a gate that the model loads", async () => {
    const plan: DecisionPlan = {
      policy: "fitted",
      operatingPoint: { aim: "youden" },
      abstention: { aim: "coverage", atLeast: 0.9 },
      gate: { falseAlarmsAtMost: 0.05 },
    };
    const { settled, model } = await settle(plan);
    expect(settled.calibration.method).toBe("temperature");
    expect(settled.decision).toMatchObject({ policy: "threshold", operatingPoint: { chosenOn: "validation split" } });
    const gate = settled.decision.abstention.outOfDistribution;
    expect(gate).toBeDefined();
    // What is not compared need not be computed.
    expect(settled.graph.features !== undefined).toBe(gate?.method === "mahalanobis");
    expect(settled.files.size).toBe(gate?.method === "mahalanobis" ? 1 : 0);
    expect(model.ok).toBe(true);
  });

  test("gives the same decision twice", async () => {
    const plan: DecisionPlan = { policy: "fitted", gate: { falseAlarmsAtMost: 0.05 } };
    expect((await settle(plan)).settled).toEqual((await settle(plan)).settled);
  });
});

test("a recipe's own decision stays as it is, and nothing is calibrated", async () => {
  const { settled } = await settle({ policy: "argmax", abstention: {} });
  expect(settled).toMatchObject({ calibration: { method: "none" }, decision: { policy: "argmax", abstention: {} } });
  expect(settled.graph).not.toHaveProperty("features");
});
