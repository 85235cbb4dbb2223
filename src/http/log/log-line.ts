// What is logged of a request: who by the name of their key, which model, how much, what came of it. Everything in it is
// ours, or a number; nothing is what the caller sent.

import type { Prediction } from "../../predict.ts";
import type { AuthenticationReason } from "../auth/authenticate.ts";
import type { ProblemCode } from "../problem.ts";
import type { Dialect } from "../request/dialect.ts";

/** The handlers add to it as they learn it. */
export type RequestFacts = {
  /** The name of the key or of the token's issuer. */
  caller?: string;
  /** From the manifest of the model that is asked, never from the path. */
  model?: string;
  version?: string;
  digest?: string;
  /** Absent for a version that was asked for as such. */
  channel?: string;
  images?: number;
  /** Of the body, as it stands after inflation. */
  bytes?: number;
  /** Of the images that were decoded. */
  pixels?: number;
  /** How many images came to which kind of decision; not to which label. */
  outcomes?: Partial<Record<Prediction["decision"]["outcome"], number>>;
  /**
   * Milliseconds that the request waited for a place, for its body and for its model. A deployed Worker's clock stands
   * still while it computes (developers.cloudflare.com/workers/runtime-apis/performance), so what decoding and inference
   * take is not to be had here.
   */
  waitMs?: number;
  bodyMs?: number;
  modelMs?: number;
};

export type LogLine = RequestFacts & {
  requestId: string;
  traceId: string;
  /** `OTHER` stands for a method that HTTP does not have. */
  method: string;
  /** The pattern of the path: a path may hold what a caller should not have put there. */
  route: string;
  dialect?: Dialect;
  status: number;
  code?: ProblemCode;
  detail?: string;
  /** Why credentials were refused, which the answer does not say. */
  reason?: AuthenticationReason;
  /** From the request's first line to its answer, as far as the clock went on. */
  elapsedMs: number;
  /** Where a bug struck. */
  frames?: string[];
};
