import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { planBuffers, type BufferPlan } from "../../../../train/kernels/plan/plan-buffers.ts";
import { stepMemoryOf, type StepMemory } from "../../../../train/kernels/plan/step-memory.ts";
import { useWasmBackend } from "../../../../train/wasm-backend.ts";
import { countAllocations } from "../count-allocations.ts";

let memory: StepMemory;
let allocations: () => number;

beforeAll(async () => {
  await useWasmBackend();
  allocations = countAllocations();
  memory = stepMemoryOf(tf.backend() as BackendWasm);
});

/** Five tensors of four numbers a row, of which no more than three are needed at once. */
function compute(rows: number): number[] {
  const values = Float32Array.from({ length: 4 * rows }, (_, i) => i);
  return tf.tidy(() => {
    const x = tf.tensor2d(values, [rows, 4]);
    const doubled = tf.add(x, x);
    const squared = tf.mul(doubled, doubled);
    const shifted = tf.sub(squared, 1);
    return [...tf.add(shifted, x).dataSync()];
  });
}

function plan(run: (rows: number) => unknown, rows: number): BufferPlan {
  const [two, three] = [2, 3].map((images) => ({ images, allocations: memory.record(() => void run(images)) }));
  const made = planBuffers(two, three, rows);
  if (!made) throw new Error("the same steps were recorded as others");
  return made;
}

/** What the heap was asked for meanwhile. */
function counting<Value>(run: () => Value): { value: Value; allocated: number } {
  const before = allocations();
  const value = run();
  return { value, allocated: allocations() - before };
}

describe("a step that follows its plan", () => {
  test("gives what it gives without one, and allocates nothing", () => {
    const expected = compute(5);
    const planned = plan(compute, 5);
    expect(memory.follow(planned, () => compute(5))).toEqual({ value: expected, isFollowed: true });
    const { value, allocated } = counting(() => memory.follow(planned, () => compute(5)));
    expect(value).toEqual({ value: expected, isFollowed: true });
    expect(allocated).toBe(0);
  });

  test("has memory for what is needed at once, not for everything", () => {
    const { buffers, arenaBytes } = plan(compute, 16);
    const tensors = buffers.filter(({ bytes }) => bytes === 16 * 4 * 4);
    expect(tensors.length).toBe(5);
    expect(arenaBytes).toBeLessThan(4 * 16 * 4 * 4);
  });

  test("leaves memory to what outlives it", () => {
    const keep = (rows: number) => tf.add(tf.ones([rows, 4]), 1);
    const kept: tf.Tensor[] = [];
    const run = (rows: number) => kept.push(tf.tidy(() => keep(rows)));
    const planned = plan(run, 6);
    memory.follow(planned, () => run(6));
    memory.follow(planned, () => compute(6));
    expect([...kept[2].dataSync()]).toEqual(Array.from({ length: 24 }, () => 2));
    tf.dispose(kept);
  });
});

describe("a step that strays from its plan", () => {
  test("is served by the heap, right, and says so", () => {
    const planned = plan(compute, 5);
    const expected = compute(7);
    const { value, allocated } = counting(() => memory.follow(planned, () => compute(7)));
    expect(value).toEqual({ value: expected, isFollowed: false });
    expect(allocated).toBeGreaterThan(0);
    const less = memory.follow(planned, () => tf.tidy(() => tf.ones([5, 4]).dataSync()[0]));
    expect(less).toEqual({ value: 1, isFollowed: false });
  });

  test("fails when it uses what the plan has given away", () => {
    const early = (rows: number) => {
      const x = tf.ones([rows, 4]);
      const y = tf.add(x, x);
      tf.add(y, y).dispose();
      tf.dispose([x, y]);
    };
    const late = (rows: number) => {
      const x = tf.ones([rows, 4]);
      const y = tf.add(x, x);
      tf.add(y, x).dispose();
      tf.dispose([x, y]);
    };
    const planned = plan(early, 5);
    expect(() => memory.follow(planned, () => late(5))).toThrow("after its planned end");
  });

  test("cannot be watched within another", () => {
    expect(() => memory.record(() => void memory.record(() => undefined))).toThrow("watched already");
    expect(memory.record(() => undefined)).toEqual([]);
  });
});
