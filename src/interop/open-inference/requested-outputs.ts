// Which outputs a request asks for, and in which form.

import { fail, ok, type Failure, type Result } from "../../base/result.ts";
import type { Manifest } from "../../bundle/manifest.ts";
import type { RequestJson } from "./request-schema.ts";
import { isScores, outputNames, type OutputName } from "./tensor/tensor-names.ts";

/** `classes` asks for the best so many labels as text in place of the scores (Triton's classification extension). */
export type RequestedOutput = { name: OutputName; binary: boolean; classes?: number };

/** None asked for means all of them. */
export function readRequestedOutputs(
  asked: NonNullable<RequestJson["outputs"]>,
  binaryByDefault: boolean,
  manifest: Manifest,
): Result<RequestedOutput[], Failure<"invalid_request">> {
  const names = outputNames(manifest);
  if (asked.length === 0) return ok(names.map((name) => ({ name, binary: binaryByDefault })));
  const outputs: RequestedOutput[] = [];
  for (const { name: askedName, parameters } of asked) {
    const name = names.find((known) => known === askedName);
    if (!name || outputs.some((output) => output.name === name)) {
      return fail("invalid_request", `outputs are some of ${names.join(", ")}, each once`);
    }
    if (parameters?.shared_memory_region !== undefined) {
      return fail("invalid_request", "outputs are not written to shared memory");
    }
    const classes = Math.min(parameters?.classification ?? 0, manifest.labels.length);
    if (classes > 0 && !isScores(name)) {
      return fail("invalid_request", "classification is for probabilities and logits");
    }
    outputs.push({ name, binary: parameters?.binary_data ?? binaryByDefault, ...(classes > 0 && { classes }) });
  }
  return ok(outputs);
}
