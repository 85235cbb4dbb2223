// Which 3x3 convolutions are computed in tiles with fewer multiplications, within a bound on what their weights take more.

import { scratchOf, weightsOf, writesOf, type Operation, type Value } from "../operation.ts";
import { planTiles } from "./plan-tiles.ts";
import { worthwhileTiles, type Improvement, type MadeConvolution } from "./worthwhile-tiles.ts";

/** As much again as all weights of a plan, but not less than the first and not more than the second. */
const [LEAST_BYTES, MOST_BYTES] = [4 * 1024 * 1024, 40 * 1024 * 1024];

/** `addedBytes` is what weights take beyond what they would without. What has been cut into strips stays as it is. */
export function useWinograd(
  input: Value,
  operations: readonly Operation[],
): { operations: Operation[]; addedBytes: number } {
  const weightBytes = operations.reduce((sum, operation) => sum + 4 * weightsOf(operation), 0);
  const limit = Math.min(Math.max(weightBytes, LEAST_BYTES), MOST_BYTES);
  const improvements = operations
    .flatMap((operation) =>
      // The input has no borders.
      operation.kind === "convolution" && operation.x.id !== input.id
        ? worthwhileTiles(operation).map((improvement) => ({ operation, improvement }))
        : [],
    )
    .toSorted((a, b) => savedForAByte(b.improvement) - savedForAByte(a.improvement));
  const chosen = new Map<Operation, MadeConvolution>();
  let addedBytes = 0;
  let id =
    1 +
    Math.max(
      input.id,
      ...operations.flatMap((made) => [...writesOf(made), ...scratchOf(made)]).map((value) => value.id),
    );
  for (const { operation, improvement } of improvements) {
    if (addedBytes + improvement.bytes > limit) continue;
    addedBytes += improvement.bytes;
    const { scratchBytes, ...winograd } = planTiles(operation, improvement.tile);
    const scratch: Value = { id: id++, height: 1, width: 1, channels: scratchBytes / 4 };
    chosen.set(operation, { ...operation, winograd: { ...winograd, scratch } });
  }
  return { addedBytes, operations: operations.map((operation) => chosen.get(operation) ?? operation) };
}

const savedForAByte = ({ saved, bytes }: Improvement): number => saved / bytes;
