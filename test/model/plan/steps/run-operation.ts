// One operation alone, its values in buffers with guard bytes, all of them full of NaN before anything is written.

import { placeValues } from "../../../../src/model/plan/operations/place-values.ts";
import { readsOf, type Operation, type Value } from "../../../../src/model/plan/operations/operation.ts";
import { emitOperation } from "../../../../src/model/plan/steps/emit-operation.ts";
import { readValue } from "../../../../src/model/plan/steps/emit-copies.ts";
import type { Emission } from "../../../../src/model/plan/steps/emission.ts";
import { createScratch, type Build } from "../../kernels/scratch-memory.ts";

export const value = (id: number, height: number, width: number, channels: number): Value => ({
  id,
  height,
  width,
  channels,
});

/** Gives what the operation makes of `numbers`, one array for each value that it reads; throws where guards have changed. */
export async function runOperation(
  build: Build,
  computation: Exclude<Operation, { kind: "stock" }>,
  numbers: readonly Float32Array[],
): Promise<Float32Array> {
  const scratch = await createScratch(build);
  const source: Operation = { kind: "stock", xs: [], ys: readsOf(computation), run: () => [...numbers] };
  const operations = [source, computation];
  const layouts = placeValues(value(-1, 1, 1, 1), operations);
  const addresses = new Map([...layouts].map(([id, { length }]) => [id, scratch.output(length)]));
  const emission: Emission = {
    kernels: scratch.kernels,
    layoutOf: ({ id }) =>
      layouts.get(id) ?? { borders: { top: 0, bottom: 0, left: 0, right: 0 }, stride: 0, pitch: 0, length: 0 },
    addressOf: ({ id }) => addresses.get(id) ?? Number.NaN,
    floats: (values) => scratch.floats(values),
    offsets: (_key, make) => scratch.offsets(make()),
    view: (address, length) => scratch.view(address, length),
  };
  for (const step of operations.flatMap((operation) => emitOperation(operation, emission))) step();
  const overruns = scratch.overruns();
  if (overruns.length > 0) throw new Error(`guard bytes have changed around ${overruns.join()}`);
  return readValue(computation.y, emission);
}
