// Whether the service can answer: what load balancers and probes ask, who have no credentials. No answer names a model.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { ModelCache } from "../registry/cache/model-cache.ts";
import type { RequestContext } from "./env.ts";
import { CHANNEL, scopeOf } from "./inference/inference.ts";
import { toProblemCode, type ProblemCode } from "./problem.ts";
import { refuse } from "./refuse.ts";

/** Ready is an isolate in which every served model has been loaded and has passed its self-test; else it is the refusal. */
export type CheckReadiness = (c: RequestContext) => Promise<Response | undefined>;

export function createReadiness(models: ModelCache): CheckReadiness {
  return async (c) => {
    const ready = await check(c, models);
    if (ready.ok) return undefined;
    const { reason, detail } = ready.error;
    const response = refuse(c, reason, "the log says why");
    c.set("problem", { code: reason, detail });
    return response;
  };
}

async function check(c: RequestContext, models: ModelCache): Promise<Result<undefined, Failure<ProblemCode>>> {
  const listed = await models.list();
  if (!listed.ok) return fail(toProblemCode(listed.error), listed.error.detail);
  const served = listed.value.filter(({ channels }) => channels[CHANNEL]);
  if (served.length === 0) return fail("not_ready", `no model is published on the channel ${CHANNEL}`);
  const loaded = await Promise.all(served.map(({ name }) => models.get(name, { channel: CHANNEL }, scopeOf(c))));
  const failed = loaded.find((model) => !model.ok);
  return failed ? fail("not_ready", `a model did not pass its self-test: ${failed.error.detail}`) : ok(undefined);
}
