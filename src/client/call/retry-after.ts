// The Retry-After header, RFC 9110 section 10.2.3.

/** Milliseconds from `now`; undefined where the header is absent or neither seconds nor an HTTP date. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = (value ?? "").trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes nearly anything; an HTTP date begins with the day's name and is in GMT.
  const at = /^[A-Z][a-z]{2,8},? .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
