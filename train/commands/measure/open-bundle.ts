// A bundle of this machine as a model that can be asked: every byte is checked and the golden vectors are replayed. Its
// origin is not: for that there is `edgescope verify`.

import type { Failure, Result } from "../../../src/base/result.ts";
import { ok } from "../../../src/base/result.ts";
import { loadModel } from "../../../src/model/load-model.ts";
import type { Model } from "../../../src/model/model.ts";
import { readBundleFolder } from "../../pack/bundle-folder.ts";
import { useWasmBackend } from "../../wasm-backend.ts";

export async function openBundle(folder: string): Promise<Result<Model, Failure<string>>> {
  const bundle = await readBundleFolder(folder);
  if (!bundle.ok) return bundle;
  await useWasmBackend();
  const model = loadModel(bundle.value);
  return model.ok ? ok(model.value) : model;
}
