// One call: attempts within a deadline, the credential with each, and the answer or its error.

import { within } from "../call/within.ts";
import { retry, type Timing } from "../call/retry.ts";
import { parseRetryAfter } from "../call/retry-after.ts";
import { EdgescopeError } from "../edgescope-error.ts";
import type { IncomingAnswer, OutgoingRequest } from "./message.ts";
import { sendWithFetch, type Fetch } from "./send-with-fetch.ts";
import { sendWithXhr } from "./send-with-xhr.ts";

export type Connection = Timing & {
  /** The platform's own where it is absent. */
  fetch: Fetch | undefined;
  /** What goes with every attempt; a token may be new each time. */
  authorize: () => Promise<Record<string, string>>;
  attemptTimeoutMs: number;
};

export type Call = Omit<OutgoingRequest, "signal"> & { maxAttempts: number; deadlineMs: number };

export function sendRequest(connection: Connection, call: Call, signal: AbortSignal): Promise<unknown> {
  const attempt = () =>
    within(connection.attemptTimeoutMs, signal, async (attemptSignal) => {
      const headers = { ...call.headers, ...(await connection.authorize()) };
      return readAnswer(
        await sendOnce(connection.fetch, { ...call, headers, signal: attemptSignal }),
        connection.now(),
      );
    });
  return retry(attempt, call, signal, connection);
}

async function sendOnce(ownFetch: Fetch | undefined, request: OutgoingRequest): Promise<IncomingAnswer> {
  const usesXhr = !ownFetch && request.onUploadProgress && typeof XMLHttpRequest === "function";
  try {
    // Called without an object before it: platforms refuse a fetch that is somebody's method.
    return await (usesXhr ? sendWithXhr(request) : sendWithFetch(ownFetch ?? fetch, request));
  } catch (cause) {
    throw new EdgescopeError("network_error", "the service could not be reached", { cause });
  }
}

function readAnswer({ status, header, text }: IncomingAnswer, now: number): unknown {
  const body = parseObject(text);
  if (body && status >= 200 && status < 300) return body;
  const { code, detail, title, requestId } = body ?? {};
  const facts = {
    status,
    requestId: toText(requestId) ?? header("x-request-id") ?? undefined,
    retryAfterMs: parseRetryAfter(header("retry-after"), now),
  };
  if (typeof code !== "string") {
    throw new EdgescopeError("unexpected_response", `HTTP ${status} with a body that is not the service's`, facts);
  }
  throw new EdgescopeError(code, toText(detail) ?? toText(title) ?? code, facts);
}

const toText = (value: unknown) => (typeof value === "string" ? value : undefined);

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
