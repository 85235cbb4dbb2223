// One WebAssembly instance of the Rust `png` decoder in `@jsquash/png`. The package's own glue keeps a single instance in
// a module-level variable and refuses to make a second, so one panic would end PNG decoding for the isolate; this glue
// makes as many as are asked for, needs no global ImageData and copies each picture once.

import type { ChannelCount } from "../../pixels.ts";
import { takeChannels } from "../../codec/take-channels.ts";

export type PngCodec = {
  memory: WebAssembly.Memory;
  /** Throws on any file that it cannot decode; the instance must not be used after that. */
  decode: (file: Uint8Array, channels: ChannelCount, sixteenBit: boolean) => PngSamples;
};

export type PngSamples = { width: number; height: number; data: Uint8Array | Uint16Array };

/** Where the codec left a picture in its memory. */
type Placed = { pointer: number; length: number; width: number; height: number };

/** Makes an instance; synchronous, 0.2 ms at most in Node 24. */
export function createPngCodec(module: WebAssembly.Module): PngCodec {
  let placed: Placed = { pointer: 0, length: 0, width: 0, height: 0 };

  // The codec hands over JavaScript objects by a handle. The one object that matters is the picture, and it is enough
  // to note where its samples are: no handle is ever looked up, so all of them are 0.
  const hooks: Record<string, (...values: number[]) => number | void> = {
    __wbindgen_memory: () => 0,
    __wbindgen_object_drop_ref: () => undefined,
    __wbg_buffer_: () => 0,
    __wbg_newwithbyteoffsetandlength_: (_buffer, pointer, length) => {
      placed = { pointer: pointer >>> 0, length: length >>> 0, width: 0, height: 0 };
      return 0;
    },
    __wbg_newwithownedu8clampedarrayandsh_: (pointer, length, width, height) => {
      placed = { pointer: pointer >>> 0, length: length >>> 0, width: width >>> 0, height: height >>> 0 };
      return 0;
    },
    __wbindgen_throw: () => {
      throw new Error("the PNG codec refused the file");
    },
  };
  const { exports } = new WebAssembly.Instance(module, { wbg: matchImports(module, hooks) });
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("the PNG codec exports no memory");
  /** Calls an export; wasm-bindgen 0.2.89 passes nothing but 32-bit integers, signed. */
  const call = (name: string, ...values: number[]): number => {
    const exported = exports[name];
    if (typeof exported !== "function") throw new Error(`the PNG codec has no ${name}`);
    return Number(exported(...values)) >>> 0;
  };

  /** The codec frees what it is handed. */
  const handOver = (file: Uint8Array): [pointer: number, length: number] => {
    const pointer = call("__wbindgen_malloc", file.length, 1);
    new Uint8Array(memory.buffer, pointer, file.length).set(file);
    return [pointer, file.length];
  };

  return {
    memory,
    decode(file, channels, sixteenBit) {
      if (sixteenBit) {
        const image = call("decode_rgba16", ...handOver(file));
        call("imagedatargba16_data", image);
        const [width, height] = [call("imagedatargba16_width", image), call("imagedatargba16_height", image)];
        const data = takeChannels(new Uint16Array(memory.buffer, placed.pointer, placed.length), channels);
        call("__wbg_imagedatargba16_free", image);
        return { width, height, data };
      }
      call("decode", ...handOver(file));
      const { pointer, length, width, height } = placed;
      const data = takeChannels(new Uint8Array(memory.buffer, pointer, length), channels);
      call("__wbindgen_free", pointer, length, 1);
      return { width, height, data };
    },
  };
}

/** Import names end in a hash that changes with each build of the package; what stands before it does not. */
function matchImports(module: WebAssembly.Module, hooks: Record<string, (...values: number[]) => number | void>) {
  const matched: WebAssembly.ModuleImports = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    const prefix = Object.keys(hooks).find((key) => name === key || (key.endsWith("_") && name.startsWith(key)));
    if (prefix === undefined) throw new Error(`the PNG codec imports ${name}, which this glue does not know`);
    matched[name] = hooks[prefix];
  }
  return matched;
}
