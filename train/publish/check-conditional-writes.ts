// Some S3 servers ignore If-None-Match and If-Match on writes. On such a one immutable objects could be overwritten
// and two publications could both win, so it is found out before anything is published.

import { toUtf8 } from "../../src/base/bytes.ts";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { ObjectStore } from "../../src/registry/store/object-store.ts";

const PROBE_KEY = "probes/conditional-writes";

export async function checkConditionalWrites(
  store: ObjectStore,
): Promise<Result<null, Failure<"storage_unavailable" | "storage_unsafe">>> {
  const probe = toUtf8("written to learn whether this storage honours conditional writes\n");
  const first = await store.put(PROBE_KEY, probe, { kind: "create" });
  if (!first.ok && first.error.reason === "storage_unavailable") return fail("storage_unavailable", first.error.detail);
  for (const condition of [{ kind: "create" as const }, { kind: "replace" as const, etag: '"not-the-etag"' }]) {
    const repeated = await store.put(PROBE_KEY, probe, condition);
    if (repeated.ok) {
      return fail(
        "storage_unsafe",
        "this storage ignores conditional writes, without which a registry is not safe; R2, AWS S3 and MinIO have them",
      );
    }
    if (repeated.error.reason === "storage_unavailable") return fail("storage_unavailable", repeated.error.detail);
  }
  return ok(null);
}
