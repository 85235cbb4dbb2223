// W3C Trace Context, level 1: the trace that a request belongs to, taken over from its caller or begun here. An identifier
// is hexadecimal digits and nothing else; whatever else stands in the header goes no further.

export type Trace = {
  traceId: string;
  /** For the answer: the same trace, with this request as the parent of what follows. */
  traceparent: string;
};

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_ID = /^0+$/;
const SAMPLED = 1;

/** `randomHex` gives so many random bytes as lower-case hexadecimal digits. */
export function continueTrace(header: string | undefined, randomHex: (bytes: number) => string): Trace {
  const [, version, traceId, parentId, flags, rest] = TRACEPARENT.exec(header ?? "") ?? [];
  // Versions to come begin like the first one, which has nothing after its flags (3.2.4, "Versioning of traceparent").
  const isValid =
    version !== undefined &&
    version !== "ff" &&
    !(version === "00" && rest !== undefined) &&
    !NO_ID.test(traceId) &&
    !NO_ID.test(parentId);
  const id = isValid ? traceId : randomHex(16);
  const sampled = isValid ? Number.parseInt(flags, 16) & SAMPLED : 0;
  return { traceId: id, traceparent: `00-${id}-${randomHex(8)}-0${sampled}` };
}
