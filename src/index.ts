// The door: the Worker's fetch handler. The isolate is wired at the first request and kept.

import png from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm?module";
import engine from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?module";
import kernels from "./model/kernels/kernels-relaxed.wasm?module";
import type { ExecutionContext } from "@cloudflare/workers-types";
import { createEdge, type Bindings } from "./edge.ts";
import jpeg from "./image/jpeg/jpeg.wasm?module";

let edge: ReturnType<typeof createEdge> | undefined;

export default {
  async fetch(request: Request, bindings: Bindings, context: ExecutionContext): Promise<Response> {
    edge ??= createEdge(bindings, { png, jpeg, webp, engine, kernels }).catch((error: unknown) => {
      edge = undefined;
      throw error;
    });
    return (await edge).fetch(request, bindings, context);
  },
};
