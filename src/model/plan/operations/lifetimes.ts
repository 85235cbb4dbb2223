// From which step to which each buffer of a plan is in use.

import type { Lifetime } from "./assign-offsets.ts";
import { bytesOf, readsOf, scratchOf, writesOf, type Operation, type Value } from "./operation.ts";
import { isDense, type Layout } from "./place-values.ts";

type Context = { outputs: readonly Value[]; layouts: ReadonlyMap<number, Layout> };

/** Products are of four levels: of a piece that has fewer, what follows is read too and multiplied by zeros. */
const LEVELS_READ_BEYOND = 4;

/**
 * A buffer goes by the id of the first value in it; `storageOf` gives it for any value. Step 0 puts the input there, and
 * outputs are read after the last.
 */
export function toLifetimes(
  input: Value,
  operations: readonly Operation[],
  { outputs, layouts }: Context,
): { lifetimes: Lifetime[]; storageOf: (id: number) => number } {
  const shared = new Map<number, number>();
  const storageOf = (id: number) => shared.get(id) ?? id;
  const buffers = new Map<number, Lifetime>();
  const begin = (value: Value, step: number) => {
    const { id } = value;
    const { length } = layouts.get(id) as Layout;
    const bytes = bytesOf(value) * length + (value.levels ? LEVELS_READ_BEYOND : 0);
    buffers.set(id, { id, bytes, from: step, to: step });
  };
  const extend = ({ id }: Value, step: number) => {
    const buffer = buffers.get(storageOf(id));
    if (buffer) buffer.to = step;
  };
  begin(input, 0);
  for (const [i, operation] of operations.entries()) {
    for (const value of readsOf(operation)) extend(value, i + 1);
    for (const value of writesOf(operation)) {
      if (isOnlyRenamed(operation, ({ id }) => layouts.get(id) as Layout))
        shared.set(value.id, storageOf(operation.x.id));
      else begin(value, i + 1);
    }
    for (const value of scratchOf(operation)) begin(value, i + 1);
  }
  for (const value of outputs) extend(value, operations.length + 1);
  return { lifetimes: [...buffers.values()], storageOf };
}

/** The same numbers in the same places need no copy. */
export function isOnlyRenamed(
  operation: Operation,
  layoutOf: (value: Value) => Layout,
): operation is Extract<Operation, { kind: "reshape" }> {
  if (operation.kind !== "reshape") return false;
  return [operation.x, operation.y].every((value) => isDense(layoutOf(value), value));
}
