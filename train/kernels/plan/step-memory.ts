// The memory that a training step takes from the WASM backend: recorded once, then planned, so that a step allocates nothing.
// TensorFlow.js disposes of most tensors when a step is over; a plan uses their memory again when they have been read last.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { Allocation, BufferPlan } from "./plan-buffers.ts";

export type StepMemory = {
  /** What `run` allocates, until when it uses it, and whether it gives it back. */
  record: (run: () => void) => Allocation[];
  /**
   * Gives what `run` gives, whose allocations get their places in the plan. If it strays from the plan, the heap serves what
   * it allocates from there on, and the plan is better not followed again.
   */
  follow: <Value>(plan: BufferPlan, run: () => Value) => { value: Value; isFollowed: boolean };
};

/** What is told of a step. Data is the backend's own record of a tensor's memory. */
type Observer = {
  /** Gives an address, or undefined if the heap is to have one. */
  allocate: (bytes: number) => number | undefined;
  place: (data: Data) => void;
  use: (data: Data) => void;
  startKernel: () => void;
  endKernel: () => void;
  free: (address: number) => void;
};

type Data = { memoryOffset: number };

/** What is used, and changed, of the backend's Emscripten module and of the engine; tfjs 4.22. */
const [MALLOC, FREE] = ["_malloc", "_free"] as const;
type Emscripten = Record<typeof MALLOC, (bytes: number) => number> & Record<typeof FREE, (address: number) => void>;
type DataMap = { get: (id: object) => Data | undefined; set: (id: object, data: Data) => void };
type Methods = Record<string, (...parameters: unknown[]) => unknown>;

const ALIGNMENT_BYTES = 64;
/** What looks at the record of a tensor and not at its memory. */
const BOOKKEEPING = ["disposeData", "incRef", "refCount"];

const memories = new WeakMap<BackendWasm, StepMemory>();

export function stepMemoryOf(backend: BackendWasm): StepMemory {
  const memory = memories.get(backend) ?? createStepMemory(backend);
  memories.set(backend, memory);
  return memory;
}

function createStepMemory(backend: BackendWasm): StepMemory {
  let observer: Observer | undefined;
  const arena = { start: 0, end: 0 };
  const { malloc, free } = watch(backend, arena, () => observer);

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

function createRecorder(): Observer & { allocations: Allocation[] } {
  const allocations: Allocation[] = [];
  const owners = new Map<Data, Allocation>();
  const byAddress = new Map<number, Allocation>();
  /** What the kernels that are running have used, the innermost last. */
  const used: Set<Allocation>[] = [];
  let clock = 0;
  return {
    allocations,
    allocate(bytes) {
      clock++;
      allocations.push({ bytes, from: clock, to: clock, isFreed: false });
      return undefined;
    },
    place(data) {
      const allocation = allocations[allocations.length - 1];
      owners.set(data, allocation);
      byAddress.set(data.memoryOffset, allocation);
    },
    use(data) {
      const allocation = owners.get(data);
      if (!allocation) return;
      allocation.to = clock;
      used.at(-1)?.add(allocation);
    },
    startKernel: () => void used.push(new Set()),
    endKernel() {
      // A kernel may ask for its inputs before it allocates its output, and reads them until it ends.
      for (const allocation of used.pop() ?? []) {
        allocation.to = clock;
        used.at(-1)?.add(allocation);
      }
      clock++;
    },
    free(address) {
      const allocation = byAddress.get(address);
      if (allocation) allocation.isFreed = true;
      byAddress.delete(address);
    },
  };
}

function createFollower({ buffers }: BufferPlan, start: number): Observer & { isFollowed: () => boolean } {
  const ends = new Map<Data, number>();
  let [clock, allocated, isFollowed] = [0, 0, true];
  return {
    isFollowed: () => isFollowed && allocated === buffers.length,
    allocate(bytes) {
      clock++;
      const buffer = buffers[allocated++] as BufferPlan["buffers"][number] | undefined;
      isFollowed &&= buffer?.bytes === bytes;
      return isFollowed && buffer?.offset !== undefined ? start + buffer.offset : undefined;
    },
    place(data) {
      if (isFollowed) ends.set(data, buffers[allocated - 1].to);
    },
    use(data) {
      const end = ends.get(data);
      // Something else may stand there by now. Once the heap serves what is allocated, nothing does.
      if (isFollowed && end !== undefined && clock > end)
        throw new Error("a step has used a tensor after its planned end");
    },
    startKernel: () => undefined,
    endKernel: () => void clock++,
    free: () => undefined,
  };
}

/** Tells whoever observes, if anybody does, what the engine and its backend do; gives the backend's own heap. */
function watch(backend: BackendWasm, arena: { start: number; end: number }, observer: () => Observer | undefined) {
  // Emscripten puts each in the place of a stub when it is first called.
  tf.scalar(0).dispose();
  const wasm = backend.wasm as unknown as Emscripten;
  const { [MALLOC]: malloc, [FREE]: free } = wasm;
  const map = backend.dataIdMap as unknown as DataMap;
  const [get, set] = [map.get.bind(map), map.set.bind(map)];
  let placing: number | undefined;
  let isBookkeeping = false;
  wasm[MALLOC] = (bytes) => {
    const watching = observer();
    if (!watching) return malloc(bytes);
    placing = watching.allocate(bytes) ?? malloc(bytes) >>> 0;
    return placing;
  };
  wasm[FREE] = (address) => {
    observer()?.free(address);
    if (address < arena.start || address >= arena.end) free(address);
  };
  map.set = (id, data) => {
    if (placing !== undefined && data.memoryOffset === placing) observer()?.place(data);
    placing = undefined;
    set(id, data);
  };
  map.get = (id) => {
    const data = get(id);
    if (data && !isBookkeeping) observer()?.use(data);
    return data;
  };
  const methods = backend as unknown as Methods;
  for (const name of BOOKKEEPING) {
    const method = methods[name].bind(backend);
    methods[name] = (...parameters) => {
      isBookkeeping = true;
      try {
        return method(...parameters);
      } finally {
        isBookkeeping = false;
      }
    };
  }
  const engine = tf.engine() as unknown as Methods;
  const runKernel = engine["runKernelFunc"].bind(engine);
  engine["runKernelFunc"] = (parameters) => {
    observer()?.startKernel();
    try {
      return runKernel(parameters);
    } finally {
      observer()?.endKernel();
    }
  };
  return { malloc, free };
}
