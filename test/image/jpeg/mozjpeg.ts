// mozjpeg from `@jsquash/jpeg`: an encoder for pictures that tests draw, and a second opinion on how they decode.

import { readFile } from "node:fs/promises";
import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import createEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultOptions } from "@jsquash/jpeg/meta.js";

/** The package's own types name a namespace that it does not export. */
type Codec = {
  encode: (rgba: Uint8Array, width: number, height: number, options: object) => Uint8Array;
  decode: (
    file: Uint8Array,
    preserveOrientation: boolean,
  ) => { width: number; height: number; data: Uint8ClampedArray };
};

type CreateCodec = (module: object) => Promise<Codec>;

export async function encodeJpeg(
  rgba: Uint8Array,
  width: number,
  height: number,
  options: Partial<typeof defaultOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { encode } = await start(createEncoder, "enc/mozjpeg_enc.wasm");
  return Uint8Array.from(encode(rgba, width, height, { ...defaultOptions, ...options }));
}

/** RGBA. */
export async function decodeWithMozjpeg(file: Uint8Array): Promise<Uint8ClampedArray> {
  // Outside browsers the package's glue looks for one of their classes.
  const { decode } = await start(createDecoder, "dec/mozjpeg_dec.wasm");
  return decode(file, false).data;
}

async function start(create: CreateCodec, name: string): Promise<Codec> {
  const file = new URL(`../../../node_modules/@jsquash/jpeg/codec/${name}`, import.meta.url);
  const wasm = await WebAssembly.compile(await readFile(file));
  return create({
    noInitialRun: true,
    locateFile: (path: string) => path,
    instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => WebAssembly.Exports) =>
      receive(new WebAssembly.Instance(wasm, imports)),
  });
}
