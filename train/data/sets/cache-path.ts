// Where downloads are kept between runs, as the XDG Base Directory Specification asks.

import { homedir } from "node:os";
import { join } from "node:path";

export const cachePath = (...parts: string[]): string =>
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "edgescope", ...parts);
