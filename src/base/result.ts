// Expected failures are values: a room returns a Result with a closed union of reasons, and only bugs throw.

export type Result<Value, Reason> = { ok: true; value: Value } | { ok: false; error: Reason };

/** An expected failure: a stable snake_case `reason` for programs, and a `detail` sentence for people that never quotes the input. */
export type Failure<Reason extends string> = { reason: Reason; detail: string };

export const ok = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });

export const fail = <Reason extends string>(reason: Reason, detail: string): { ok: false; error: Failure<Reason> } => ({
  ok: false,
  error: { reason, detail },
});
