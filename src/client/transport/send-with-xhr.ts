// XMLHttpRequest, where there is one and upload progress is asked for: fetch does not tell it in browsers.

import type { IncomingAnswer, OutgoingRequest } from "./message.ts";

export function sendWithXhr(request: OutgoingRequest): Promise<IncomingAnswer> {
  const { method, url, headers, body, signal, onUploadProgress } = request;
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    xhr.upload.addEventListener("progress", ({ loaded, total }) => onUploadProgress?.({ loaded, total }));
    xhr.addEventListener("load", () =>
      resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), text: xhr.responseText }),
    );
    xhr.addEventListener("error", () => reject(new TypeError("the request failed")));
    xhr.addEventListener("abort", () => reject(new TypeError("the request was aborted")));
    xhr.addEventListener("loadend", () => signal.removeEventListener("abort", abort));
    signal.addEventListener("abort", abort);
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    if (signal.aborted) return reject(new TypeError("the request was aborted"));
    xhr.send((body ?? null) as XMLHttpRequestBodyInit | null);
  });
}
