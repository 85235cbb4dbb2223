// The whole HTTP surface, in process: storage in memory, the released one-convolution network, the real decoders. Every
// answer is held against the OpenAPI document, and what a request makes the service do is counted.

import { PROBLEMS, type ProblemCode } from "../../../src/http/problem.ts";
import type { LogLine } from "../../../src/http/log/log-line.ts";
import { createImageReader } from "../../../src/image/read-image.ts";
import { loadModel } from "../../../src/model/load-model.ts";
import { createMemoryStore } from "../../../src/registry/store/memory.ts";
import { publishBundle } from "../../../src/registry/publish-bundle.ts";
import { loadCodecModules } from "../../../train/codec-modules.ts";
import type { AppDeps } from "../../../src/http/app.ts";
import { serveDigits } from "../../http/served-digits.ts";
import { createKey, signedRelease } from "../../registry/signed-bundle.ts";
import { expectSo, type Trial } from "./target.ts";

export const MODEL = "mnist-cnn";
export const VERSION = "1.0.0";

/** The service's own ceilings: images of a request, and inputs of the graph for them and for the maps of four. */
const MAX_DECODES = 32;
const MAX_INPUTS = 32 + 4 * 65;

const INPUT_SAMPLES = 28 * 28;

export type HostileRequest = { path: string; init: RequestInit & { duplex?: "half" } };

/** `permitted` are the codes from 500 on that such requests may meet. */
export async function serveHostile(replace: Partial<AppDeps> = {}, permitted: readonly ProblemCode[] = []) {
  const key = await createKey();
  const store = createMemoryStore();
  const author = { at: "2026-11-22T10:00:00Z", by: "fuzz" };
  await publishBundle(store, await signedRelease(MODEL, key, VERSION), { ...author, channel: "stable" });
  const work = { decodes: 0, inputs: 0 };
  const read = createImageReader(await loadCodecModules());
  let line: LogLine | undefined;
  const served = await serveDigits(
    {
      log: (logged) => (line = logged),
      readImage: (bytes, limits, openRows) => {
        work.decodes++;
        return read(bytes, limits, openRows);
      },
      ...replace,
    },
    {
      store,
      trustedKeys: [key.publicKey],
      loadModel: (bundle) => {
        const loaded = loadModel(bundle);
        if (!loaded.ok) return loaded;
        const model = loaded.value;
        const run: typeof model.run = (inputNhwc, options) => {
          work.inputs += inputNhwc.length / INPUT_SAMPLES;
          return model.run(inputNhwc, options);
        };
        return { ok: true, value: { ...model, run } };
      },
    },
  );

  /** The outcome is the status with the code. */
  return (request: HostileRequest): Trial => ({
    input: request,
    async put() {
      Object.assign(work, { decodes: 0, inputs: 0 });
      line = undefined;
      const response = await served.request(request.path, request.init);
      await response.arrayBuffer();
      await served.settle();
      const { status } = response;
      const logged = line as LogLine | undefined;
      expectSo(logged?.status === status, "the request has no line in the log, or one with another status");
      const { code } = logged;
      const failure = `${status} ${code ?? "without a code"} ${logged.detail ?? ""} ${logged.frames?.join("\n") ?? ""}`;
      expectSo(status < 500 || (code !== undefined && permitted.includes(code)), failure);
      expectSo(status < 400 === (code === undefined), `${status} with the code ${code}`);
      expectSo(code === undefined || PROBLEMS[code].status === status, failure);
      expectSo(work.decodes <= MAX_DECODES && work.inputs <= MAX_INPUTS, `too much work: ${JSON.stringify(work)}`);
      return code === undefined ? String(status) : `${status} ${code}`;
    },
  });
}
