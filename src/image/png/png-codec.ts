// One WebAssembly instance of the Rust `png` decoder in `@jsquash/png`. The package's own glue keeps a single instance in
// a module-level variable and refuses to make a second, so one panic would end PNG decoding for the isolate; this glue
// makes as many as are asked for, needs no global ImageData and copies each picture once.

import type { ChannelCount } from "../pixels.ts";
import { takeChannels } from "../take-channels.ts";

export type PngCodec = {
  memory: WebAssembly.Memory;
  /** Throws on any file that it cannot decode; the instance must not be used after that. */
  decode: (file: Uint8Array, channels: ChannelCount, sixteenBit: boolean) => PngSamples;
};

export type PngSamples = { width: number; height: number; data: Uint8Array | Uint16Array };

/** The exports that wasm-bindgen 0.2.89 made; pointers and lengths come as signed 32-bit integers. */
type Exports = {
  memory: WebAssembly.Memory;
  decode: (pointer: number, length: number) => number;
  decode_rgba16: (pointer: number, length: number) => number;
  imagedatargba16_width: (image: number) => number;
  imagedatargba16_height: (image: number) => number;
  imagedatargba16_data: (image: number) => number;
  __wbg_imagedatargba16_free: (image: number) => void;
  __wbindgen_malloc: (length: number, alignment: number) => number;
  __wbindgen_free: (pointer: number, length: number, alignment: number) => void;
};

/** Where the codec left a picture in its memory. */
type Placed = { pointer: number; length: number; width: number; height: number };

/** Makes an instance; synchronous, 0.2 ms. */
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
  const codec = exports as unknown as Exports;

  /** The codec frees what it is handed. */
  const handOver = (file: Uint8Array): [pointer: number, length: number] => {
    const pointer = codec.__wbindgen_malloc(file.length, 1) >>> 0;
    new Uint8Array(codec.memory.buffer, pointer, file.length).set(file);
    return [pointer, file.length];
  };

  return {
    memory: codec.memory,
    decode(file, channels, sixteenBit) {
      if (sixteenBit) {
        const image = codec.decode_rgba16(...handOver(file));
        codec.imagedatargba16_data(image);
        const [width, height] = [codec.imagedatargba16_width(image), codec.imagedatargba16_height(image)];
        const data = takeChannels(new Uint16Array(codec.memory.buffer, placed.pointer, placed.length), channels);
        codec.__wbg_imagedatargba16_free(image);
        return { width: width >>> 0, height: height >>> 0, data };
      }
      codec.decode(...handOver(file));
      const { pointer, length, width, height } = placed;
      const data = takeChannels(new Uint8Array(codec.memory.buffer, pointer, length), channels);
      codec.__wbindgen_free(pointer, length, 1);
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
