// The built Worker in workerd explains as Node does: the same numbers, the same overlay.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explain } from "../../src/explain/explain.ts";
import { createImageReader } from "../../src/image/read-image.ts";
import { createModel } from "../../src/model/load-model.ts";
import { loadCodecModules } from "../../train/codec-modules.ts";
import { readBundleFolder } from "../../train/pack/bundle-folder.ts";
import { useWasmBackend } from "../../train/wasm-backend.ts";
import { averagingBundle } from "../model/averaging-bundle.ts";
import { DIGITS_FOLDER } from "../registry/signed-bundle.ts";
import { startBuiltWorker, type BuiltWorker } from "./built-worker.ts";
import type { Bundle } from "../../src/bundle/signature/verify-bundle.ts";

let worker: BuiltWorker;
const bundles = new Map<string, Bundle>();
beforeAll(async () => {
  await useWasmBackend();
  worker = await startBuiltWorker();
  const averaging = await averagingBundle({
    input: { height: 28, width: 28, resize: { mode: "cover", filter: "area" } },
  });
  await worker.publish(averaging);
  const digits = await readBundleFolder(DIGITS_FOLDER);
  if (!digits.ok) throw new Error(digits.error.detail);
  bundles.set("chest-xray", averaging).set("mnist", digits.value);
});
afterAll(() => worker.stop());

const classify = async (name: string, headers: HeadersInit = {}) =>
  fetch(`${worker.url}/v1/models/${name}/classify?explain=map`, {
    method: "POST",
    headers,
    body: new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.jpg"))),
  });

async function explainInNode(name: string) {
  const bundle = bundles.get(name);
  const model = bundle && createModel(bundle);
  if (!model?.ok) throw new Error("the model does not load");
  const posted = new Uint8Array(await readFile(join(DIGITS_FOLDER, "examples/7.jpg")));
  const explained = await explain(posted, model.value, createImageReader(await loadCodecModules()));
  if (!explained.ok) throw new Error(explained.error.detail);
  return explained.value;
}

describe.for(["chest-xray", "mnist"])("the built Worker explains %s", (name) => {
  test("with the numbers that Node gives", async () => {
    const { explanation, decision } = await explainInNode(name);
    const answer = await (await classify(name)).json();
    expect(answer.decision).toEqual(decision);
    expect(answer.explanation).toMatchObject({
      method: explanation.method,
      label: explanation.label.name,
      height: explanation.map.height,
      width: explanation.map.width,
    });
    const largest = Math.max(...explanation.map.values.map(Math.abs));
    for (const [i, value] of explanation.map.values.entries())
      expect(Math.abs(answer.explanation.values[i] - value)).toBeLessThan(1e-3 * largest);
  });

  test("with the overlay that Node draws, up to rounding", async () => {
    const { explanation } = await explainInNode(name);
    const response = await classify(name, { accept: "image/png" });
    expect(response.headers.get("edgescope-digest")).toMatch(/^[0-9a-f]{64}$/);
    const { width, height, channels, data } = decode(new Uint8Array(await response.arrayBuffer()), { checkCrc: true });
    expect({ width, height, channels }).toEqual({ width: 112, height: 112, channels: 3 });
    const difference = Math.max(...Array.from(data, (sample, i) => Math.abs(sample - explanation.overlay.data[i])));
    expect(difference).toBeLessThanOrEqual(2);
  });
});
