// Collecting garbage now, so that it is not left to chance.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// Node's own flag.
setFlagsFromString("--expose-gc");

export const collectGarbage = runInNewContext("gc") as () => void;
