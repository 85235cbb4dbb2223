// fetch, with the body as a stream where upload progress is asked for and the platform sends streams.

import type { IncomingAnswer, OnUploadProgress, OutgoingRequest, RequestBody } from "./message.ts";

export type Fetch = typeof fetch;

const CHUNK_BYTES = 64 * 1024;

export async function sendWithFetch(send: Fetch, request: OutgoingRequest): Promise<IncomingAnswer> {
  const { method, url, headers, body, signal, onUploadProgress } = request;
  const streamed = body && onUploadProgress && sendsStreams() ? await toStream(body, onUploadProgress) : undefined;
  const init: RequestInit & { duplex?: "half" } = { method, headers: { ...headers, ...streamed?.headers }, signal };
  if (streamed) Object.assign(init, { body: streamed.stream, duplex: "half" });
  else if (body) init.body = body as BodyInit;
  const response = await send(url, init);
  return { status: response.status, header: (name) => response.headers.get(name), text: await response.text() };
}

/**
 * Node, Workers and their like. No browser: there streams need HTTP/2, or are sent as the text "[object ReadableStream]";
 * all but service workers, which have a `registration`, have XMLHttpRequest.
 */
const sendsStreams = () =>
  typeof ReadableStream === "function" && typeof XMLHttpRequest === "undefined" && !("registration" in globalThis);

async function toStream(body: RequestBody, onUploadProgress: OnUploadProgress) {
  // A Response writes the form down, and says the boundary in its type.
  const written = new Response(body as BodyInit);
  const contentType = body instanceof FormData ? written.headers.get("content-type") : null;
  const bytes = new Uint8Array(await written.arrayBuffer());
  let loaded = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (loaded === bytes.length) return controller.close();
        const chunk = bytes.slice(loaded, loaded + CHUNK_BYTES);
        controller.enqueue(chunk);
        loaded += chunk.length;
        onUploadProgress({ loaded, total: bytes.length });
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, headers: contentType === null ? {} : { "content-type": contentType } };
}
