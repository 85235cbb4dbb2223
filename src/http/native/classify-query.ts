// What the query of a classification may say. A value that is not accepted is refused and never quoted.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";

export type ClassifyQuery = {
  /** How many labels; Infinity is all of them. */
  top: number;
  /** Whether the answer is a list for a single image too. */
  isList: boolean;
  /** `label` is the name of the label that the map is of, where the caller gives one. */
  explain?: { label: string | undefined };
};

export function parseClassifyQuery(
  query: Readonly<Record<string, string>>,
): Result<ClassifyQuery, Failure<"invalid_parameter">> {
  const { top, explain, label, list } = query;
  if (top !== undefined && !/^[1-9]\d{0,3}$/.test(top))
    return fail("invalid_parameter", "top is a whole number from 1");
  if (explain !== undefined && explain !== "map") return fail("invalid_parameter", "explain is map, or is left out");
  if (list !== undefined && list !== "true") return fail("invalid_parameter", "list is true, or is left out");
  if (label !== undefined && explain === undefined) return fail("invalid_parameter", "label goes with explain=map");
  return ok({
    top: Number(top ?? Infinity),
    isList: list !== undefined,
    ...(explain !== undefined && { explain: { label } }),
  });
}
