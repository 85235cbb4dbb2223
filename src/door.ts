// What an entry of the Worker exports. The isolate is wired at the first request and kept.

import type { ExecutionContext } from "@cloudflare/workers-types";
import { createEdge, type Bindings, type WasmModules } from "./edge.ts";

export type Door = {
  fetch: (request: Request, bindings: Bindings, context: ExecutionContext) => Promise<Response>;
};

/** A failure to wire is forgotten: the next request tries again. */
export function createDoor(modules: WasmModules): Door {
  let edge: ReturnType<typeof createEdge> | undefined;
  return {
    async fetch(request, bindings, context) {
      edge ??= createEdge(bindings, modules).catch((error: unknown) => {
        edge = undefined;
        throw error;
      });
      return (await edge).fetch(request, bindings, context);
    },
  };
}
