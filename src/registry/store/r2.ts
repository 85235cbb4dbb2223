// An object store over a Cloudflare R2 binding. Whatever R2 throws is an outage to the rooms above.

import type { R2Bucket, R2Conditional } from "@cloudflare/workers-types";
import { fail, ok } from "../../base/result.ts";
import type { ObjectStore, WriteCondition } from "./object-store.ts";
import { unavailableAs } from "./unavailable-as.ts";

const reaching = unavailableAs("object storage did not answer");

export function createR2Store(bucket: R2Bucket): ObjectStore {
  return {
    get: (key, maxBytes) =>
      reaching(async () => {
        const object = await bucket.get(key);
        if (!object) return fail("not_found", "no such object");
        if (object.size > maxBytes) {
          await object.body.cancel();
          return fail("object_too_large", "the object is larger than the caller takes");
        }
        return ok({ bytes: new Uint8Array(await object.arrayBuffer()), etag: object.etag });
      }),
    put: (key, bytes, condition) =>
      reaching(async () => {
        const written = await bucket.put(key, bytes, { onlyIf: toR2Conditional(condition) });
        return written
          ? ok({ etag: written.etag })
          : fail("precondition_failed", "the object is not in the state the write expects");
      }),
    remove: (key) => reaching(async () => (await bucket.delete(key), ok(null))),
    list: (prefix, after) =>
      reaching(async () => {
        const page = await bucket.list({ prefix, ...(after !== undefined && { startAfter: after }) });
        const objects = page.objects.map(({ key, size, uploaded }) => ({
          key,
          bytes: size,
          writtenAt: uploaded.getTime(),
        }));
        return ok({ objects, more: page.truncated });
      }),
  };
}

function toR2Conditional(condition: WriteCondition): R2Conditional {
  return condition.kind === "create" ? { etagDoesNotMatch: "*" } : { etagMatches: condition.etag };
}
