// What the client finds in React Native, by React Native's own source: signals without a reason, forms that take a file by
// its address, XMLHttpRequest; no streams, no URL, none of the newer parts of AbortSignal.

import { vi } from "vitest";

const ABSENT = ["URL", "URLSearchParams", "DOMException", "ReadableStream", "Response", "Request", "structuredClone"];

type Listener = (event: object) => void;

class Events {
  readonly #listeners: Record<string, Set<Listener>> = {};
  addEventListener(type: string, listener: Listener): void {
    (this.#listeners[type] ??= new Set()).add(listener);
  }
  removeEventListener(type: string, listener: Listener): void {
    this.#listeners[type]?.delete(listener);
  }
  fire(type: string, event: object = {}): void {
    for (const listener of this.#listeners[type] ?? []) listener(event);
  }
}

class Signal extends Events {
  aborted = false;
}

class Controller {
  readonly signal = new Signal();
  abort(): void {
    this.signal.aborted = true;
    this.signal.fire("abort");
  }
}

class Form {
  readonly parts: unknown[][] = [];
  append(...part: unknown[]): void {
    this.parts.push(part);
  }
}

export type NativeRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  aborted: boolean;
  events: Events;
  upload: Events;
  /** What the service answers; a request that is never answered can only be aborted. */
  answer: (status: number, text: string, headers?: Record<string, string>) => void;
};

/** Puts these in the place of Node's, until `vi.unstubAllGlobals()`; `onSend` sees every request. */
export function pretendReactNative(onSend: (request: NativeRequest) => void): void {
  class Xhr extends Events {
    status = 0;
    responseText = "";
    readonly upload = new Events();
    readonly request: NativeRequest;
    #headers: Record<string, string> = {};
    constructor() {
      super();
      const answer = (status: number, text: string, headers = {}) => {
        [this.status, this.responseText, this.#headers] = [status, text, headers];
        this.fire("load");
        this.fire("loadend");
      };
      const { upload } = this;
      this.request = { method: "", url: "", headers: {}, body: null, aborted: false, events: this, upload, answer };
    }
    open(method: string, url: string): void {
      Object.assign(this.request, { method, url });
    }
    setRequestHeader(name: string, value: string): void {
      this.request.headers[name] = value;
    }
    getResponseHeader(name: string): string | null {
      return this.#headers[name] ?? null;
    }
    send(body: unknown): void {
      this.request.body = body;
      onSend(this.request);
    }
    abort(): void {
      this.request.aborted = true;
      this.fire("abort");
      this.fire("loadend");
    }
  }
  for (const name of ABSENT) vi.stubGlobal(name, undefined);
  vi.stubGlobal("AbortController", Controller);
  vi.stubGlobal("AbortSignal", Signal);
  vi.stubGlobal("FormData", Form);
  vi.stubGlobal("XMLHttpRequest", Xhr);
}
