// The input arrives without gaps and borders. Where an operation wants it otherwise, a copy is laid out for it.

import { isReadInPlace } from "./place-values.ts";
import { readingOthers, writesOf, type Single, type Value } from "./operation.ts";

export function stageInput(input: Value, operations: readonly Single[]): Single[] {
  if (isReadInPlace(input, operations)) return [...operations];
  const id = 1 + Math.max(...operations.flatMap(writesOf).map((value) => value.id));
  const copy: Value = { ...input, id };
  const replace = (value: Value) => (value.id === input.id ? copy : value);
  return [{ kind: "reshape", x: input, y: copy }, ...operations.map((operation) => readingOthers(operation, replace))];
}
