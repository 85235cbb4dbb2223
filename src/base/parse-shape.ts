// Values from outside held against a schema, whatever they are.

import { ok, type Result } from "./result.ts";

/** What a schema can do, as far as it is used. */
type Schema<Value> = {
  safeParse(
    value: unknown,
  ): { success: true; data: Value } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
};

/** `path` leads to the first thing that is wrong, by indices and the schema's own names; it is empty for the value itself. */
export type Misfit = { path: string; message: string };

export function parseShape<Value>(schema: Schema<Value>, value: unknown): Result<Value, Misfit> {
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success) return ok(parsed.data);
    const [issue] = parsed.error.issues;
    return misfit(issue.path.join("."), issue.message);
  } catch {
    // Zod compares the length of whatever has a member of that name, a string or not: of {"length":{"toString":""}} there is
    // nothing to compare.
    return misfit("", "Invalid input");
  }
}

const misfit = (path: string, message: string): { ok: false; error: Misfit } => ({
  ok: false,
  error: { path, message },
});
