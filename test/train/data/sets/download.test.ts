// Downloads from servers on this machine that behave, break off, ignore what they are asked or send too much.

import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { downloadFile } from "../../../../train/data/sets/download.ts";

const CONTENT = "0123456789";

let folder: string;
let path: string;
let servers: Server[];
/** The range each request asked for, in order. */
let ranges: (string | undefined)[];
let progress: [received: number, total: number | undefined][];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-download-"));
  path = join(folder, "cache", "file.gz");
  servers = [];
  ranges = [];
  progress = [];
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

/** Starts a server and gives the address of its file. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    return answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/file.gz`;
}

/** Serves CONTENT and honours `Range: bytes=N-` as RFC 9110 section 14 asks. */
const serveRanges: RequestListener = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from >= CONTENT.length) return response.writeHead(416, { "content-range": `bytes */${CONTENT.length}` }).end();
  const body = CONTENT.slice(from);
  const headers = { "content-length": body.length, "content-range": `bytes ${from}-9/${CONTENT.length}` };
  return response.writeHead(from > 0 ? 206 : 200, headers).end(body);
};

const serveWhole: RequestListener = (_request, response) => response.end(CONTENT);
const serveNotFound: RequestListener = (_request, response) => response.writeHead(404).end("not here");

const download = (urls: string[], maxBytes = CONTENT.length) =>
  downloadFile(urls, path, maxBytes, (...step) => progress.push(step));

const host = (url: string): string => new URL(url).host;

/** Resolves once so many bytes are on disk. */
const partHas = (bytes: number) =>
  vi.waitUntil(() => statSync(`${path}.part`, { throwIfNoEntry: false })?.size === bytes, { timeout: 10_000 });

/** Leaves what an earlier attempt would have left. */
async function leavePart(content: string): Promise<void> {
  const url = await serve(serveNotFound);
  await download([url]);
  await writeFile(`${path}.part`, content);
  ranges = [];
}

test("fetches a file whole, tells how far it is, and leaves nothing half done", async () => {
  expect(await download([await serve(serveRanges)])).toEqual({ ok: true, value: null });
  expect(await readFile(path, "utf8")).toBe(CONTENT);
  expect(existsSync(`${path}.part`)).toBe(false);
  expect(ranges).toEqual([undefined]);
  expect(progress.at(-1)).toEqual([10, 10]);
});

test("asks nobody for a file that is here already", async () => {
  const url = await serve(serveRanges);
  await download([url]);
  expect(await download([url])).toEqual({ ok: true, value: null });
  expect(ranges.length).toBe(1);
});

test("goes on where a cut connection left it", async () => {
  const cutting = await serve(async (_request, response) => {
    response.writeHead(200, { "content-length": 10 }).write(CONTENT.slice(0, 4));
    await partHas(4);
    response.destroy();
  });
  const first = await download([cutting]);
  expect(first).toMatchObject({ ok: false, error: { reason: "download_failed" } });
  expect(existsSync(path)).toBe(false);

  expect(await download([await serve(serveRanges)])).toEqual({ ok: true, value: null });
  expect(await readFile(path, "utf8")).toBe(CONTENT);
  expect(ranges).toEqual([undefined, "bytes=4-"]);
  expect(progress.at(-1)).toEqual([10, 10]);
});

test("does not go on with another part than it asked for", async () => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, CONTENT.slice(0, 4));
  const misplaced = await serve((_request, response) => {
    response.writeHead(206, { "content-range": "bytes 0-9/10" }).end(CONTENT);
  });
  expect(await download([misplaced])).toMatchObject({ ok: false, error: { reason: "download_failed" } });
  expect(await readFile(`${path}.part`, "utf8")).toBe(CONTENT.slice(0, 4));
});

test("begins again when the server ignores the range", async () => {
  await leavePart("0123");
  expect(await download([await serve(serveWhole)])).toEqual({ ok: true, value: null });
  expect(await readFile(path, "utf8")).toBe(CONTENT);
  expect(ranges).toEqual(["bytes=4-"]);
});

test("turns to the second mirror when the first has no such file", async () => {
  expect(await download([await serve(serveNotFound), await serve(serveWhole)])).toEqual({ ok: true, value: null });
  expect(await readFile(path, "utf8")).toBe(CONTENT);
});

test("names every mirror and its reason when none has the file", async () => {
  const missing = await serve(serveNotFound);
  const broken = await serve((_request, response) => response.writeHead(503).end());
  expect(await download([missing, broken])).toEqual({
    ok: false,
    error: { reason: "download_failed", detail: `${host(missing)}: HTTP 404; ${host(broken)}: HTTP 503` },
  });
  expect(existsSync(path)).toBe(false);
});

test("says why nobody answers", async () => {
  const url = await serve(serveWhole);
  await new Promise((resolve) => servers[0].close(resolve));
  const failed = await download([url]);
  expect(failed.ok ? "downloaded" : failed.error.detail).toContain(`${host(url)}: connect ECONNREFUSED`);
});

test("accepts exactly the largest size and not one byte more", async () => {
  const url = await serve(serveWhole);
  expect(await download([url], 9)).toEqual({
    ok: false,
    error: { reason: "download_failed", detail: `${host(url)}: more than 9 bytes` },
  });
  expect(existsSync(path)).toBe(false);
  expect((await download([url], 10)).ok).toBe(true);
});

test("counts what an earlier attempt left towards the largest size", async () => {
  await leavePart("0123");
  const failed = await download([await serve(serveRanges)], 9);
  expect(failed).toMatchObject({ ok: false, error: { detail: expect.stringContaining("more than 9 bytes") } });
});

test("keeps nothing of a mirror that sends too much", async () => {
  const endless = await serve(async (_request, response) => {
    response.write("junk");
    await partHas(4);
    response.end("junk".repeat(10));
  });
  expect(await download([endless, await serve(serveRanges)])).toEqual({ ok: true, value: null });
  expect(await readFile(path, "utf8")).toBe(CONTENT);
});

test("throws away a part that the server says is too long, and begins again at the next mirror", async () => {
  await leavePart("0123456789");
  expect(await download([await serve(serveRanges), await serve(serveRanges)])).toEqual({ ok: true, value: null });
  expect(await readFile(path, "utf8")).toBe(CONTENT);
  expect(ranges).toEqual(["bytes=10-", undefined]);
});
