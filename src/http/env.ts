// What a request carries through the handlers.

import type { Context } from "hono";
import type { Caller } from "./auth/caller.ts";
import type { Identity } from "./auth/identify-caller.ts";
import type { AdmitRequest } from "./load/admit-request.ts";
import type { LogLine, RequestFacts } from "./log/log-line.ts";

export type Env = {
  Variables: {
    requestId: string;
    /** Who asks, or why nobody is known to; undefined on the open paths. */
    identity?: Identity;
    /** Set for every path but the open ones. */
    caller: Caller;
    /** Takes a place among what the isolate does at a time. */
    admit: AdmitRequest;
    maxBodyMs: number;
    problem: Pick<LogLine, "code" | "detail" | "reason" | "frames">;
    facts: RequestFacts;
    now: () => number;
    /** Called when the request ends. */
    releases: (() => void)[];
  };
};

export type RequestContext = Context<Env>;
