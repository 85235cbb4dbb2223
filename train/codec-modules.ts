// The image codecs' WebAssembly for Node, compiled from node_modules. The Worker imports the same three files statically.

import { readFile } from "node:fs/promises";
import type { CodecModules } from "../src/image/decode-image.ts";

export async function loadCodecModules(): Promise<CodecModules> {
  const [png, jpeg, webp] = await Promise.all([
    compile("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    compile("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
    compile("@jsquash/webp/codec/dec/webp_dec.wasm"),
  ]);
  return { png, jpeg, webp };
}

const compile = async (specifier: string) =>
  WebAssembly.compile(await readFile(new URL(import.meta.resolve(specifier))));
