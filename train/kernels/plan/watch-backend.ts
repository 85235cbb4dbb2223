// What the engine and its WASM backend do with memory, told to whoever observes a step. What tfjs 4.22 keeps private is changed
// here, once a backend; while nobody observes, all is as it was.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** Data is the backend's own record of a tensor's memory. */
export type Observer = {
  /** Gives an address, or undefined if the heap is to have one. */
  allocate: (bytes: number) => number | undefined;
  place: (data: Data) => void;
  use: (data: Data) => void;
  startKernel: () => void;
  endKernel: () => void;
  free: (address: number) => void;
};

export type Data = { memoryOffset: number };

/** Of the backend's Emscripten module, of the backend itself and of the engine. */
const [MALLOC, FREE] = ["_malloc", "_free"] as const;
type Emscripten = Record<typeof MALLOC, (bytes: number) => number> & Record<typeof FREE, (address: number) => void>;
type DataMap = { get: (id: object) => Data | undefined; set: (id: object, data: Data) => void };
type Methods = Record<string, (...parameters: unknown[]) => unknown>;

type Heap = { malloc: (bytes: number) => number; free: (address: number) => void };

/** What looks at the record of a tensor and not at its memory. */
const BOOKKEEPING = ["disposeData", "incRef", "refCount"];

/** The heap's own functions. Addresses within `arena` are not the heap's, and are never given back to it. */
export function watchBackend(
  backend: BackendWasm,
  arena: { start: number; end: number },
  observer: () => Observer | undefined,
): Heap {
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
