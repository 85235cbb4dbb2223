// What a request carries through the handlers, and what is logged of it.

import type { Context } from "hono";
import type { AuthenticationReason } from "./auth/authenticate.ts";
import type { Caller } from "./auth/caller.ts";
import type { AdmitRequest } from "./load/admit-request.ts";
import type { ProblemCode } from "./problem.ts";

/** One line a request. It has the route, never the path: a path may hold what a caller should not have put there. */
export type LogLine = {
  requestId: string;
  method: string;
  route: string;
  status: number;
  code?: ProblemCode;
  detail?: string;
  /** Why credentials were refused, which the answer does not say. */
  reason?: AuthenticationReason;
  frames?: string[];
};

export type Env = {
  Variables: {
    requestId: string;
    /** Set for every path but the open ones. */
    caller: Caller;
    /** Takes a place among what the isolate does at a time. */
    admit: AdmitRequest;
    maxBodyMs: number;
    problem: Pick<LogLine, "code" | "detail" | "reason" | "frames">;
    /** Called when the request ends. */
    releases: (() => void)[];
  };
};

export type RequestContext = Context<Env>;
