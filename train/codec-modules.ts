// The image codecs' WebAssembly for Node. The Worker imports the same three files statically.

import { readFile } from "node:fs/promises";
import type { CodecModules } from "../src/image/read-image.ts";

export async function loadCodecModules(): Promise<CodecModules> {
  const [png, jpeg, webp] = await Promise.all([
    compile("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    compile("../src/image/jpeg/jpeg.wasm"),
    compile("@jsquash/webp/codec/dec/webp_dec.wasm"),
  ]);
  return { png, jpeg, webp };
}

const compile = async (specifier: string) =>
  WebAssembly.compile(await readFile(new URL(import.meta.resolve(specifier))));
