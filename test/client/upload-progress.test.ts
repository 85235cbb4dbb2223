import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type UploadProgress } from "../../src/client/index.ts";
import { CLASSIFICATION } from "./fake-service.ts";

/** What arrived: the second request and all after it are answered, the first is told to come again. */
const arrived: { type: string | undefined; body: Buffer }[] = [];
let server: Server;
beforeAll(async () => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    arrived.push({ type: request.headers["content-type"], body: await buffer(request) });
    response.writeHead(arrived.length === 1 ? 503 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(arrived.length === 1 ? { code: "not_ready" } : CLASSIFICATION));
  };
  server = createServer((request, response) => void answer(request, response)).listen(0, "localhost");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
});

test("in Node the body is a stream that counts what the network has taken, from nothing again at each attempt", async () => {
  const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  const client = createClient({ baseUrl }, { random: () => 0 });
  const image = Uint8Array.from({ length: 150_000 }, (_, i) => i);
  const seen: UploadProgress[] = [];
  const answer = await client.classify("mnist", new Blob([image], { type: "image/png" }), {
    onUploadProgress: (progress) => void seen.push(progress),
  });
  expect(answer).toEqual(CLASSIFICATION);
  expect(arrived).toEqual(Array.from({ length: 2 }, () => ({ type: "image/png", body: Buffer.from(image) })));
  const oneAttempt = [65_536, 131_072, 150_000].map((loaded) => ({ loaded, total: 150_000 }));
  expect(seen).toEqual([...oneAttempt, ...oneAttempt]);
});
