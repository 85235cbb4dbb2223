// The image codecs' WebAssembly for Node. The Worker imports the same four files statically.

import { readFile } from "node:fs/promises";
import type { CodecModules } from "../src/image/read-image.ts";

export async function loadCodecModules(): Promise<CodecModules> {
  const [png, interlacedPng, jpeg, webp] = await Promise.all([
    compile("../src/image/png/png.wasm"),
    compile("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
    compile("../src/image/jpeg/jpeg.wasm"),
    compile("@jsquash/webp/codec/dec/webp_dec.wasm"),
  ]);
  return { png, interlacedPng, jpeg, webp };
}

const compile = async (specifier: string) =>
  WebAssembly.compile(await readFile(new URL(import.meta.resolve(specifier))));
