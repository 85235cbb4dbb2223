// Starts one WebAssembly instance of a codec that Emscripten built, from a module that is compiled already, with what it
// would print caught. The packages' glue sets two globals when it runs outside browsers, if they are missing: ImageData
// and self.location.

export type StartedCodec<Decode> = { memory: WebAssembly.Memory; decode: Decode };

/** The packages' own types name a namespace that they do not export. */
export type CreateModule = (module: object) => Promise<unknown>;

/** Synchronous; `note` is given each line that the codec writes. */
export function startCodec<Decode>(
  createModule: CreateModule,
  wasm: WebAssembly.Module,
  note: (message: string) => void,
): StartedCodec<Decode> {
  let memory: WebAssembly.Memory | undefined;
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
  void createModule(module);
  const { decode } = module;
  if (!decode || !memory) throw new Error("an image codec did not start synchronously");
  return { memory, decode };
}
