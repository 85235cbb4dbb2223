// Whether everything that the channel names can be served in this isolate.

import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { RequestContext } from "./env.ts";
import { CHANNEL, type Inference } from "./inference.ts";
import { toProblemCode, type ProblemCode } from "./problem.ts";

/** Gives the names of the models that are ready. */
export type CheckReadiness = (c: RequestContext) => Promise<Result<string[], Failure<ProblemCode>>>;

export function createReadiness(inference: Inference): CheckReadiness {
  return async (c) => {
    const listed = await inference.listModels();
    if (!listed.ok) return fail(toProblemCode(listed.error), listed.error.detail);
    const served = listed.value.filter(({ channels }) => channels[CHANNEL]);
    if (served.length === 0) return fail("not_ready", `no model is published on the channel ${CHANNEL}`);
    const loaded = await Promise.all(served.map(({ name }) => inference.getModel(c, name)));
    const failed = loaded.find((model) => !model.ok);
    if (failed) return fail("not_ready", `a model did not pass its self-test: ${failed.error.detail}`);
    return ok(served.map(({ name }) => name));
  };
}
