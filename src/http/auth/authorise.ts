// What a caller may do. It is decided before anything is looked up, so that a refusal says nothing of what exists.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import { allowsModel, type Caller, type Scope } from "./caller.ts";

export type AuthorisationReason = "insufficient_scope" | "model_not_allowed";

export function authorise(
  caller: Caller,
  scope: Scope,
  model?: string,
): Result<undefined, Failure<AuthorisationReason>> {
  if (!caller.scopes.includes(scope)) return fail("insufficient_scope", `this needs the scope ${scope}`);
  if (model !== undefined && !allowsModel(caller, model))
    return fail("model_not_allowed", "the credentials are not for a model of this name");
  return ok(undefined);
}
