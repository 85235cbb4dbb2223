// How old a channel document may be before it is read again, from the Worker's variables.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";

/** A change is to be seen within 30 seconds, fetching and verifying included. */
const MOST = 20;
export const USUAL_REFRESH_SECONDS = 15;

/** Gives the usual number for a variable that is not set. */
export function parseRefreshSeconds(text: unknown = ""): Result<number, Failure<"not_configured">> {
  if (text === "") return ok(USUAL_REFRESH_SECONDS);
  if (typeof text === "string" && /^[1-9]\d?$/.test(text) && Number(text) <= MOST) return ok(Number(text));
  return fail("not_configured", `REFRESH_SECONDS is not a whole number from 1 to ${MOST}`);
}
