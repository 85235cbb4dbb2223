// The product's Worker as the soak test runs it: the same wiring, and beside it a path that tells what it holds. The
// product has no such path.

import interlacedPng from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm?module";
import engine from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?module";
import type { ExecutionContext } from "@cloudflare/workers-types";
import { memory } from "@tensorflow/tfjs-core";
import { createEdge, type Bindings } from "../../src/edge.ts";
import jpeg from "../../src/image/jpeg/jpeg.wasm?module";
import png from "../../src/image/png/png.wasm?module";
import kernels from "../../src/model/kernels/kernels-relaxed.wasm?module";
import { STATE_PATH, type HeldState } from "./soak-state.ts";

const memories = new Map<WebAssembly.Module, WebAssembly.Memory>();

// The rooms make their instances themselves, so the memories are noted where they are made.
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args: ConstructorParameters<typeof WebAssembly.Instance>) {
    const instance = new target(...args);
    const made = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
    if (made) memories.set(args[0], made);
    return instance;
  },
});

const heapBytes = (module: WebAssembly.Module): number => memories.get(module)?.buffer.byteLength ?? 0;

let edge: ReturnType<typeof createEdge> | undefined;

// oxlint-disable-next-line import/no-default-export -- workerd takes a Worker's handlers from there
export default {
  async fetch(request: Request, bindings: Bindings, context: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname === STATE_PATH) {
      const heaps = { engine: heapBytes(engine), png: heapBytes(png), jpeg: heapBytes(jpeg) };
      return Response.json({ tensors: edge ? memory().numTensors : 0, heapBytes: heaps } satisfies HeldState);
    }
    edge ??= createEdge(bindings, { png, interlacedPng, jpeg, webp, engine, kernels });
    return (await edge).fetch(request, bindings, context);
  },
};
