// One WebAssembly instance of libwebp's decoder in `@jsquash/webp`, with nothing printed. The package's glue sets two
// globals when it is started outside browsers, if they are missing: ImageData and self.location.

import createModule from "@jsquash/webp/codec/dec/webp_dec.js";

export type WebpCodec = {
  memory: WebAssembly.Memory;
  /** Undefined when libwebp gave up; then the instance must not be used again. */
  decode: (file: Uint8Array) => { width: number; height: number; rgba: Uint8Array } | undefined;
};

/** The package's own type names a namespace that it does not export. */
const start: (module: object) => Promise<unknown> = createModule;

type Decode = (file: Uint8Array) => { width: number; height: number; data: Uint8ClampedArray } | null;

/** Makes an instance; synchronous, about 0.4 ms in Node 24. */
export function createWebpCodec(wasm: WebAssembly.Module): WebpCodec {
  let memory: WebAssembly.Memory | undefined;
  const module: { decode?: Decode; [option: string]: unknown } = {
    noInitialRun: true,
    print: () => undefined,
    printErr: () => undefined,
    // Not used to load anything; without it the glue resolves its own URL, which bundled code may not have.
    locateFile: (name: string) => name,
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => WebAssembly.Exports) {
      const instance = new WebAssembly.Instance(wasm, imports);
      memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      return receive(instance);
    },
  };
  // The factory makes its argument the module and returns a promise only because instantiation may be asynchronous. Ours
  // is not, so the module is complete when the call returns, and no request ever waits for a promise of another.
  void start(module);
  const { decode } = module;
  if (!decode || !memory) throw new Error("the WebP codec did not start synchronously");

  return {
    memory,
    decode(file) {
      try {
        const image = decode(file);
        return image
          ? { width: image.width, height: image.height, rgba: new Uint8Array(image.data.buffer) }
          : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
