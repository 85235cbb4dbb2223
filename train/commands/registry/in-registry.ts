// What the commands over a registry have in common: it is opened, used, and closed whatever happens.

import type { Failure, Result } from "../../../src/base/result.ts";
import type { ObjectStore } from "../../../src/registry/store/object-store.ts";
import { openDestination, type Destination } from "../../publish/destination.ts";

/** Which registry, with what environment, and where a command writes to. */
export type RegistryContext = { in: Destination; environment: NodeJS.ProcessEnv; output: NodeJS.WriteStream };

export async function inRegistry<Value>(
  { in: destination, environment }: RegistryContext,
  use: (store: ObjectStore) => Promise<Result<Value, Failure<string>>>,
): Promise<Result<Value, Failure<string>>> {
  const opened = await openDestination(destination, environment);
  if (!opened.ok) return opened;
  try {
    return await use(opened.value.store);
  } finally {
    await opened.value.close();
  }
}
