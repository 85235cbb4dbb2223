// Runs a layers model and its compiled graph on the same seeded images, for tests to compare.
import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { expect } from "vitest";
import { compileGraph, type CompiledGraph } from "../../../train/compile/compile-graph.ts";
import { SEED } from "./random-weights.ts";

/** The compiled graph, or a failed test. */
export function compileOrFail(model: LayersModel): CompiledGraph {
  const compiled = compileGraph(model);
  if (!compiled.ok) throw new Error(compiled.error.detail);
  return compiled.value;
}

/** The ops of a graph in order, constants left out. */
export function opsOf({ artifacts }: CompiledGraph): string[] {
  return artifacts.modelTopology.node.map((node) => node.op).filter((op) => op !== "Const");
}

/** Expects the graph's logits, after `toOutput`, to be what the layers model predicts, for one image and for three. */
export function expectSameAnswers(
  model: LayersModel,
  graph: CompiledGraph,
  toOutput: (logits: tf.Tensor) => tf.Tensor = (logits) => logits,
): void {
  const loaded = loadGraphModelSync(graph.artifacts);
  for (const batch of [1, 3]) {
    const { expected, actual } = tf.tidy(() => {
      const [inputShape] = model.inputs.map(({ shape }) => shape.slice(1) as number[]);
      const shape = [batch, ...(inputShape ?? [])];
      const images = tf.randomUniform(shape, -1, 1, "float32", SEED + batch);
      const logits = loaded.execute({ [graph.inputName]: images }, graph.logitsName) as tf.Tensor;
      const output = toOutput(logits);
      const predicted = model.predict(images) as tf.Tensor;
      expect(output.shape).toEqual(predicted.shape);
      return { expected: predicted.dataSync(), actual: output.dataSync() };
    });
    const scale = Math.max(...expected.map(Math.abs));
    expect(scale).toBeGreaterThan(1e-3);
    const difference = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))));
    expect(difference / scale).toBeLessThan(1e-4);
  }
  loaded.dispose();
}
