// One operation on levels, with the conversions around it, its values in buffers with guard bytes.

import type { Computation, Operation, Value } from "../../../../../src/model/plan/operations/operation.ts";
import type { Levels } from "../../../../../src/bundle/quantisation.ts";
import { readsOf } from "../../../../../src/model/plan/operations/operation.ts";
import { useLevels } from "../../../../../src/model/plan/operations/use-levels.ts";
import type { Build } from "../../../kernels/scratch-memory.ts";
import { runOperations, value } from "../run-operation.ts";

/** Gives what the operation makes of `numbers`, one array for each value that it reads, when all of them are levels. */
export function runOnLevels(
  build: Build,
  computation: Computation & { y: Value },
  levels: ReadonlyMap<number, Levels>,
  numbers: readonly Float32Array[],
): Promise<Float32Array> {
  const source: Operation = { kind: "stock", xs: [], ys: readsOf(computation), run: () => [...numbers] };
  const operations = useLevels(
    {
      input: value(-1, 1, 1, 1),
      operations: [source, computation],
      outputs: [computation.y],
      nameOf: ({ id }) => String(id),
    },
    { values: new Map([...levels].map(([id, of]) => [String(id), of])), layers: new Set([String(computation.y.id)]) },
  );
  return runOperations(build, operations, computation.y);
}
