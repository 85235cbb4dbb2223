// What a store that lies elsewhere makes of an outage.

import { fail, type Failure, type Result } from "../../base/result.ts";

/** Runs operations on a store; whatever one throws is that the store cannot be had, told in these words. */
export const unavailableAs =
  (detail: string) =>
  async <Value, Reason extends string>(
    operation: () => Promise<Result<Value, Failure<Reason>>>,
  ): Promise<Result<Value, Failure<Reason | "storage_unavailable">>> => {
    try {
      return await operation();
    } catch {
      return fail("storage_unavailable", detail);
    }
  };
