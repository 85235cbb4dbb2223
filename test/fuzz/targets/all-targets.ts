// Every door that strangers reach.

import { CREDENTIALS_TARGET } from "./credentials.ts";
import { DECODER_TARGETS } from "./decoders.ts";
import { REQUEST_TARGETS } from "./requests.ts";
import { STORED_FILE_TARGETS } from "./stored-files.ts";
import type { Target } from "./target.ts";

export const TARGETS: readonly Target[] = [
  ...DECODER_TARGETS,
  ...REQUEST_TARGETS,
  CREDENTIALS_TARGET,
  ...STORED_FILE_TARGETS,
];
