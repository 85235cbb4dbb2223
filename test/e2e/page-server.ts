// The origin of a page under test: the built client as modules, the test's photos, and the Worker behind it, seen through.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

const CLIENT = join(import.meta.dirname, "../../dist/client");

const PAGE = `<!doctype html><title>A page</title><link rel="icon" href="data:," />
<script type="module">import * as client from "/client/index.js"; globalThis.client = client;</script>`;

export type PageServer = {
  url: string;
  photos: Map<string, Photo>;
  /** What came for the Worker. */
  posted: { path: string; headers: IncomingMessage["headers"]; bytes: number }[];
  /** May answer in the Worker's place; undefined leaves the request to the Worker. */
  intercept: (path: string) => Response | "never" | undefined;
  stop: () => void;
};

export type Photo = { type: string; bytes: Uint8Array };

export async function startPageServer(workerUrl: string): Promise<PageServer> {
  const photos = new Map<string, Photo>();
  const posted: PageServer["posted"] = [];

  const answer = async (request: IncomingMessage): Promise<Response | "never"> => {
    const path = request.url ?? "";
    if (path === "/") return new Response(PAGE, { headers: { "content-type": "text/html" } });
    const photo = photos.get(path);
    if (photo) return new Response(photo.bytes as BodyInit, { headers: { "content-type": photo.type } });
    if (path.startsWith("/client/")) {
      const module = await readFile(join(CLIENT, path.slice("/client/".length)));
      return new Response(module, { headers: { "content-type": "text/javascript" } });
    }
    const body = await buffer(request);
    posted.push({ path, headers: request.headers, bytes: body.length });
    const { method = "GET" } = request;
    const type = request.headers["content-type"];
    return (
      started.intercept(path) ??
      fetch(workerUrl + path, {
        method,
        ...(type && { headers: { "content-type": type } }),
        ...(method === "POST" && { body }),
      })
    );
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const answered = await answer(request);
    if (answered === "never") return;
    response.writeHead(
      answered.status,
      [...answered.headers]
        .filter(([name]) => !/^(content-encoding|content-length|transfer-encoding)$/.test(name))
        .flat(),
    );
    response.end(Buffer.from(await answered.arrayBuffer()));
  };
  const server = createServer((request, response) => void respond(request, response)).listen(0, "localhost");
  await once(server, "listening");
  const started: PageServer = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    photos,
    posted,
    intercept: () => undefined,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return started;
}
