// HTTP as a mobile client would have it: one connection, kept open between requests.

import { Agent, request, type IncomingMessage } from "node:http";
import { once } from "node:events";

export type Answer = { status: number; body: string };

export type Client = { post: (path: string, bytes: Uint8Array) => Promise<Answer>; close: () => void };

/** fetch would add its own queueing and body streams to every time measured through it. */
export function openClient(origin: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    close: () => agent.destroy(),
    async post(path, bytes) {
      const outgoing = request(origin + path, { method: "POST", agent, headers: { "content-length": bytes.length } });
      outgoing.end(bytes);
      const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
      incoming.setEncoding("utf8");
      let body = "";
      for await (const chunk of incoming) body += chunk as string;
      return { status: incoming.statusCode ?? 0, body };
    },
  };
}
