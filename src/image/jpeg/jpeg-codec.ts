// One WebAssembly instance of mozjpeg in `@jsquash/jpeg`, with libjpeg's messages caught instead of printed. The package's
// glue sets two globals when it is loaded outside browsers, if they are missing: ImageData and self.location.

import createModule from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";

export type JpegCodec = {
  memory: WebAssembly.Memory;
  /** Undefined when libjpeg gave up; then the instance must not be used again. `messages` holds what it wrote either way. */
  decode: (file: Uint8Array) => {
    picture: { width: number; height: number; rgba: Uint8Array } | undefined;
    messages: string[];
  };
};

/** The package's own type names a namespace that it does not export. */
const start: (module: object) => Promise<unknown> = createModule;

/** `preserveOrientation` true would make it apply EXIF itself. */
type Decode = (
  file: Uint8Array,
  preserveOrientation: boolean,
) => { width: number; height: number; data: Uint8ClampedArray } | null;

/** Makes an instance; synchronous, 0.5 to 0.8 ms in Node 24. */
export function createJpegCodec(wasm: WebAssembly.Module): JpegCodec {
  let messages: string[] = [];
  let memory: WebAssembly.Memory | undefined;
  const note = (message: string) => messages.push(message);
  const module: { decode?: Decode; [option: string]: unknown } = {
    noInitialRun: true,
    print: note,
    printErr: note,
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
  if (!decode || !memory) throw new Error("the JPEG codec did not start synchronously");

  return {
    memory,
    decode(file) {
      messages = [];
      try {
        const image = decode(file, false);
        const picture = image
          ? { width: image.width, height: image.height, rgba: new Uint8Array(image.data.buffer) }
          : undefined;
        return { picture, messages };
      } catch {
        return { picture: undefined, messages };
      }
    },
  };
}
