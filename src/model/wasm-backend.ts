// Registers TensorFlow.js' WASM backend from a module that is compiled already: workerd neither fetches nor compiles
// WebAssembly at run time, so the backend's own loader cannot be used there.

import { registerBackend, setBackend } from "@tensorflow/tfjs-core";
import { BackendWasm } from "@tensorflow/tfjs-backend-wasm/dist/backend_wasm";
import "@tensorflow/tfjs-backend-wasm/dist/register_all_kernels";
import wasmFactory, { type BackendWasmModule } from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm";

/** Makes the SIMD build of the backend the one in use. Call once an isolate. */
export async function useWasmBackend(wasm: WebAssembly.Module): Promise<void> {
  registerBackend("wasm", async () => new BackendWasm(await instantiate(wasm)));
  if (!(await setBackend("wasm"))) throw new Error("the WASM backend does not start");
}

/** The factory's result has `cwrap`, which the package's types leave out; `tfjs` is for the caller to bind. */
type BackendModule = BackendWasmModule & {
  cwrap: (name: string, returns: "number" | null, takes: "number"[]) => (...values: number[]) => never;
};

async function instantiate(wasm: WebAssembly.Module): Promise<BackendWasmModule> {
  const instantiateWasm = (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => {
    const instance = new WebAssembly.Instance(wasm, imports);
    done(instance, wasm);
    return instance.exports;
  };
  const emscripten = (await withoutProcess(() => wasmFactory({ instantiateWasm }))) as BackendModule;
  // The calls that the backend's own loader binds (tfjs-backend-wasm 4.22.0, backend_wasm.ts).
  const { cwrap } = emscripten;
  emscripten.tfjs = {
    init: cwrap("init", null, []),
    initWithThreadsCount: cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: cwrap("get_threads_count", "number", []),
    registerTensor: cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: cwrap("dispose_data", null, ["number"]),
    dispose: cwrap("dispose", null, []),
  };
  return emscripten;
}

/**
 * Emscripten's glue takes a global `process` that has a Node version for Node itself, and then wants `require` and
 * `__dirname`. Workers have such a `process` with nodejs_compat, which newer compatibility dates imply, so it is hidden
 * while the glue looks around, which it does before it first awaits.
 */
function withoutProcess<Value>(run: () => Value): Value {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "process");
  if (!descriptor) return run();
  Object.defineProperty(globalThis, "process", { value: undefined, configurable: true });
  try {
    return run();
  } finally {
    Object.defineProperty(globalThis, "process", descriptor);
  }
}
