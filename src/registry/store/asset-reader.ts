// The part of a registry that is shipped with the Worker, as static assets that only the Worker itself reads.

import { readAtMost } from "../../base/read-at-most.ts";
import { fail, ok } from "../../base/result.ts";
import type { ObjectReader } from "./object-store.ts";

/** What the platform binds for static assets. */
export type Assets = { fetch(url: string): Promise<Response> };

/** The platform routes by the path alone; the name is for whoever reads a trace. */
const ORIGIN = "https://assets.invalid";

export function createAssetReader(assets: Assets): ObjectReader {
  return {
    get: async (key, maxBytes) => {
      try {
        const response = await assets.fetch(`${ORIGIN}/${key}`);
        if (response.status === 404) {
          await response.body?.cancel();
          return fail("not_found", "no such asset");
        }
        if (!response.ok) return fail("storage_unavailable", "the static assets did not answer");
        const bytes = await readAtMost(response.body, maxBytes);
        if (!bytes) return fail("object_too_large", "the asset is larger than the caller takes");
        return ok({ bytes, etag: response.headers.get("etag") ?? "" });
      } catch {
        return fail("storage_unavailable", "the static assets did not answer");
      }
    },
  };
}
