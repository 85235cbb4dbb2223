// The client as an application gets it: installed from the tarball, compiled for every platform, bundled, and used.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What an application writes; the same source on every platform but for where its image comes from. */
const applicationFor = (image: string) => `
import { createClient, EdgescopeError, type Classification, type UploadProgress } from "edgescope/client";
declare const env: { key: string; signal: AbortSignal };
const edgescope = createClient({ baseUrl: "https://scope.example", apiKey: async () => env.key });
export async function ask(image: ${image}): Promise<string> {
  try {
    const onUploadProgress = ({ loaded, total }: UploadProgress) => void (loaded / total);
    const answer: Classification = await edgescope.classify("mnist", image, { top: 1, onUploadProgress, signal: env.signal });
    const { results } = await edgescope.classifyAll("mnist", [image, image], { downscale: true });
    const codes = results.map((result) => ("error" in result ? result.error.code : result.labels[0]?.label));
    return answer.decision.outcome === "abstain" ? answer.decision.reason : codes.join();
  } catch (error) {
    if (error instanceof EdgescopeError && error.code === "model_not_found") return String(error.retryAfterMs);
    throw error;
  }
}
// @ts-expect-error -- an image is not a text
void ask("7.png");
`;

/** As react-native declares it in src/types/globals.d.ts, as far as the client's types reach. */
const REACT_NATIVE = `
declare interface Blob { readonly size: number; readonly type: string }
declare var FormData: { new (): FormData };
declare interface FormData { append(name: string, value: any): void }
declare interface AbortSignal { readonly aborted: boolean }
declare function fetch(input: RequestInfo, init?: object): Promise<object>;
declare type RequestInfo = object | string;
`;

let folder: string;
let worker: BuiltWorker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgescope-application-"));
  worker = await startBuiltWorker();
  const { stdout } = await run("npm", ["pack", join(ROOT, "dist"), "--json"], { cwd: folder });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarball = join(folder, (JSON.parse(stdout) as { filename: string }[])[0].filename);
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder });
});
afterAll(async () => {
  await worker.stop();
  await rm(folder, { recursive: true });
});

test("the package brings the client, its licence and its README, and no other package", async () => {
  expect(await readdir(join(folder, "node_modules"))).toEqual([".package-lock.json", "edgescope"]);
  const files = await readdir(join(folder, "node_modules/edgescope"));
  expect(files.toSorted()).toEqual(["LICENSE", "README.md", "client", "package.json"]);
});

describe("an application's types are checked", () => {
  const types = join(ROOT, "node_modules/@types");
  test.for<[platform: string, image: string, compilerOptions: object, globals?: string]>([
    ["a browser", "File", { lib: ["ES2020", "DOM"], module: "esnext", moduleResolution: "bundler", types: [] }],
    ["Node", "Buffer", { lib: ["ES2022"], module: "nodenext", typeRoots: [types], types: ["node"] }],
    [
      "a Worker",
      "ArrayBuffer",
      { lib: ["ES2022"], module: "nodenext", types: [join(ROOT, "node_modules/@cloudflare/workers-types")] },
    ],
    ["React Native", "{ uri: string; type: string }", { lib: ["ES2020"], module: "nodenext", types: [] }, REACT_NATIVE],
  ])("in %s", async ([platform, image, compilerOptions, globals = ""]) => {
    const project = join(folder, platform.replace(" ", "-"));
    await mkdir(project);
    await writeFile(join(project, "application.ts"), applicationFor(image));
    await writeFile(join(project, "globals.d.ts"), globals);
    const strict = { target: "es2022", strict: true, noEmit: true, exactOptionalPropertyTypes: true };
    const config = { compilerOptions: { ...strict, ...compilerOptions }, include: ["."] };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const checked = await run(process.execPath, [tsc, "-p", project]).catch((error: { stdout: string }) => error);
    expect(checked.stdout).toBe("");
  });
});

test("in Node an application classifies a file, and reads the code of an error", async () => {
  await writeFile(
    join(folder, "application.mjs"),
    `import { readFile } from "node:fs/promises";
     import { createClient } from "edgescope/client";
     const [baseUrl, file] = process.argv.slice(2);
     const edgescope = createClient({ baseUrl });
     const image = await readFile(file);
     const { decision } = await edgescope.classify("mnist", image, { onUploadProgress: ({ total }) => console.log(total) });
     console.log(JSON.stringify(decision));
     const { results } = await edgescope.classifyAll("mnist", [image, image.subarray(0, 100), new Blob([image])]);
     console.log(results.map(({ decision, error }) => error?.code ?? decision.label).join());
     await edgescope.classify("absent", image).catch((error) => console.log(error.name, error.code, error.status));`,
  );
  const file = join(DIGITS_FOLDER, "examples/7.png");
  const { stdout } = await run(process.execPath, ["application.mjs", worker.url, file], { cwd: folder });
  const { length } = await readFile(file);
  expect(stdout).toBe(
    `${length}\n{"outcome":"label","label":"7"}\n7,image_truncated,7\nEdgescopeError model_not_found 404\n`,
  );
});

describe("a Worker with the whole client in it", () => {
  let script: Buffer;
  beforeAll(async () => {
    const source = `import * as client from "edgescope/client";
      export default {
        async fetch(request, env) {
          const edgescope = client[new URL(request.url).searchParams.get("make")]({
            baseUrl: "https://edgescope",
            fetch: (...words) => env.EDGESCOPE.fetch(...words),
          });
          let uploaded = 0;
          const onUploadProgress = ({ loaded }) => void (uploaded = loaded);
          const image = await request.arrayBuffer();
          const { decision } = await edgescope.classify("mnist", image, { onUploadProgress });
          return Response.json({ decision, uploaded });
        },
      };`;
    await writeFile(join(folder, "worker.js"), source);
    await writeFile(
      join(folder, "wrangler.json"),
      JSON.stringify({ name: "application", main: "worker.js", compatibility_date: "2026-10-15" }),
    );
    const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
    const args = [wrangler, "deploy", "--dry-run", "--minify", "--outdir", "built", "--config", "wrangler.json"];
    await run(process.execPath, args, { cwd: folder });
    script = await readFile(join(folder, "built/worker.js"));
  });

  test("is under 5 KB, minified and compressed", () => {
    expect(script.toString()).toContain("Retry-After".toLowerCase());
    expect(gzipSync(script).length).toBeLessThan(5 * 1024);
  });

  test("classifies through a service binding", async () => {
    const application = new Miniflare(
      convertV4MiniflareOptions({
        modules: [{ type: "ESModule", path: "worker.js", contents: script }],
        compatibilityDate: "2026-10-15",
        cf: false,
        serviceBindings: {
          EDGESCOPE: async (request: Request) => {
            const { pathname, search } = new URL(request.url);
            const body = await request.arrayBuffer();
            return fetch(worker.url + pathname + search, { method: request.method, body }) as never;
          },
        },
      } as never),
    );
    const body = await readFile(join(DIGITS_FOLDER, "examples/7.png"));
    const response = await application.dispatchFetch("http://application/?make=createClient", { method: "POST", body });
    expect(await response.json()).toEqual({ decision: { outcome: "label", label: "7" }, uploaded: body.length });
    await application.dispose();
  });
});
