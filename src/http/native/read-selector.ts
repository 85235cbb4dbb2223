// Which release of a model a caller asks for: `?channel=` or `?version=`; without either, what the service chooses.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { Selector } from "../../registry/cache/model-cache.ts";
import type { RequestContext } from "../env.ts";

export function readSelector(c: RequestContext): Result<Selector | undefined, Failure<"invalid_parameter">> {
  const [channel, version] = [c.req.query("channel"), c.req.query("version")];
  if (channel !== undefined && version !== undefined) {
    return fail("invalid_parameter", "a request names a channel or a version, not both");
  }
  if (version !== undefined) return ok({ version });
  return ok(channel === undefined ? undefined : { channel });
}
