// The memory that a training step takes from the WASM backend: recorded once, then planned, so that a step allocates nothing.
// TensorFlow.js disposes of most tensors when a step is over; a plan uses their memory again when they have been read last.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { createFollower } from "./follower.ts";
import type { Allocation, BufferPlan } from "./plan-buffers.ts";
import { createRecorder } from "./recorder.ts";
import { watchBackend, type Observer } from "./watch-backend.ts";

export type StepMemory = {
  /** What `run` allocates, until when it uses it, and whether it gives it back. */
  record: (run: () => void) => Allocation[];
  /**
   * Gives what `run` gives, whose allocations get their places in the plan. If it strays from the plan, the heap serves what
   * it allocates from there on, and the plan is better not followed again.
   */
  follow: <Value>(plan: BufferPlan, run: () => Value) => { value: Value; isFollowed: boolean };
};

const ALIGNMENT_BYTES = 64;

const memories = new WeakMap<BackendWasm, StepMemory>();

export function stepMemoryOf(backend: BackendWasm): StepMemory {
  const memory = memories.get(backend) ?? createStepMemory(backend);
  memories.set(backend, memory);
  return memory;
}

function createStepMemory(backend: BackendWasm): StepMemory {
  let observer: Observer | undefined;
  const arena = { start: 0, end: 0 };
  const { malloc, free } = watchBackend(backend, arena, () => observer);

  function observe<Value>(by: Observer, run: () => Value): Value {
    if (observer) throw new Error("a step's memory is watched already");
    observer = by;
    try {
      return run();
    } finally {
      observer = undefined;
    }
  }

  function reserve(bytes: number): void {
    if (bytes <= arena.end - arena.start) return;
    if (arena.start !== 0) free(arena.start);
    arena.start = arena.end = 0;
    const start = malloc(bytes + ALIGNMENT_BYTES) >>> 0;
    if (start === 0) throw new Error(`the WASM backend has no ${bytes} bytes for a step's tensors`);
    Object.assign(arena, { start, end: start + bytes + ALIGNMENT_BYTES });
  }

  return {
    record(run) {
      const recorder = createRecorder();
      observe(recorder, run);
      return recorder.allocations;
    },
    follow(plan, run) {
      reserve(plan.arenaBytes);
      const follower = createFollower(plan, Math.ceil(arena.start / ALIGNMENT_BYTES) * ALIGNMENT_BYTES);
      const value = observe(follower, run);
      return { value, isFollowed: follower.isFollowed() };
    },
  };
}
