// What an application says when it makes a client, and with each call.

import type { InputSize } from "./downscale/downscale-image.ts";
import type { OnUploadProgress } from "./transport/message.ts";
import type { Fetch } from "./transport/send-with-fetch.ts";

export type ClientOptions = {
  /** Where the service is, such as `https://scope.example`; empty in a page of the same origin. */
  baseUrl: string;
  /** An API key or a token; a function is asked before every attempt. */
  apiKey?: string | (() => string | Promise<string>);
  /** Who asks, opaque: the same subject stays on the same version while a canary runs. Never a name or a record number. */
  subject?: string;
  /** Sent with every request, for whatever stands before the service. */
  headers?: Record<string, string>;
  /** In the place of the platform's; for a service binding of a Worker `(...request) => env.EDGESCOPE.fetch(...request)`. */
  fetch?: Fetch;
  /** A whole call with its attempts and the waits between them; 90 seconds unless given. */
  timeoutMs?: number;
  /** One attempt; one that is late is tried again. 30 seconds unless given. */
  attemptTimeoutMs?: number;
  /** 3 unless given. */
  maxAttempts?: number;
};

export type CallOptions = {
  /** Aborted, the call rejects with the signal's reason. */
  signal?: AbortSignal;
  timeoutMs?: number;
  maxAttempts?: number;
};

/** The channel `stable` where neither is given. */
export type ModelChoice = { channel?: string; version?: string };

export type ClassifyOptions = CallOptions &
  ModelChoice & {
    /** How many labels to answer with; all where absent. */
    top?: number;
    /** A map of what moved the score of the label decided for, or of another; for at most four images. */
    explain?: boolean | { label: string };
    subject?: string;
    /** By XMLHttpRequest in browsers and React Native, unless `fetch` is your own; by a streamed body in Node and Workers. */
    onUploadProgress?: OnUploadProgress;
    /**
     * In browsers, sends large images smaller, such that the answer stays. `true` asks the service for the size of the
     * model's input, once, with a key that may read models; a size given here asks nothing.
     */
    downscale?: boolean | InputSize;
  };
