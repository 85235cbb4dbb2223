// Who changes channels from this machine, and when.

import { userInfo } from "node:os";
import type { Author } from "../../src/registry/channels/plan-promotion.ts";
import { printable } from "../printable.ts";

/** What a channel document takes. */
const MAX_NAME_LENGTH = 256;

export function authorOf(name = userName()): Author {
  return { at: new Date().toISOString(), by: printable(name).slice(0, MAX_NAME_LENGTH) };
}

/** The account's number where it has no name, as in many containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
