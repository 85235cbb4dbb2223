// A Worker that reads the photo it is sent in the way that its path names, as often as its query says: a clock does not
// advance in a Worker while it computes, so how long that takes is measured outside.

import mozjpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?module";
import interlacedPng from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm?module";
import jpeg from "../../src/image/jpeg/jpeg.wasm?module";
import png from "../../src/image/png/png.wasm?module";
import { createPhotoWays, type PhotoWay } from "./contestants.ts";

const instances = new Map<WebAssembly.Module, WebAssembly.Memory>();

// The rooms make their instances themselves, so the memories are noted where they are made.
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args: ConstructorParameters<typeof WebAssembly.Instance>) {
    const instance = new target(...args);
    const made = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
    if (made) instances.set(args[0], made);
    return instance;
  },
});
/** The most that each ever was. */
const heapBytes = new Map<WebAssembly.Module, number>();

let ways: ReturnType<typeof createPhotoWays> | undefined;

// oxlint-disable-next-line import/no-default-export -- workerd takes a Worker's handlers from there
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const file = new Uint8Array(await request.arrayBuffer());
    ways ??= createPhotoWays({ png, interlacedPng, jpeg, webp }, mozjpeg);
    const way = ways[pathname.slice(1) as PhotoWay] as (typeof ways)[PhotoWay] | undefined;
    for (let i = 0; i < Number(searchParams.get("times")); i++) await way?.(file);
    for (const [module, memory] of instances) {
      heapBytes.set(module, Math.max(heapBytes.get(module) ?? 0, memory.buffer.byteLength));
    }
    return Response.json({ product: heapBytes.get(jpeg) ?? 0, mozjpeg: heapBytes.get(mozjpeg) ?? 0 });
  },
};
