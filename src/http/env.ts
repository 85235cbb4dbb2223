// What a request carries through the handlers, and what is logged of it.

import type { Context } from "hono";
import type { ProblemCode } from "./problem.ts";

/** One line a request. It has the route, never the path: a path may hold what a caller should not have put there. */
export type LogLine = {
  requestId: string;
  method: string;
  route: string;
  status: number;
  code?: ProblemCode;
  detail?: string;
  frames?: string[];
};

export type Env = {
  Variables: {
    requestId: string;
    problem: Pick<LogLine, "code" | "detail" | "frames">;
    /** Called when the request ends. */
    releases: (() => void)[];
  };
};

export type RequestContext = Context<Env>;
