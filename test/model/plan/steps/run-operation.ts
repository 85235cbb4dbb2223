// One operation alone, its values in buffers with guard bytes, all of them full of NaN before anything is written.

import { placeValues } from "../../../../src/model/plan/operations/place-values.ts";
import { readsOf, writesOf, type Operation, type Value } from "../../../../src/model/plan/operations/operation.ts";
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
  const source: Operation = { kind: "stock", xs: [], ys: readsOf(computation), run: () => [...numbers] };
  return runOperations(build, [source, computation], computation.y);
}

/** The same of several operations that make the one value. */
export async function runOperations(
  build: Build,
  operations: readonly Operation[],
  made: Value,
): Promise<Float32Array> {
  const scratch = await createScratch(build);
  const layouts = placeValues(value(-1, 1, 1, 1), operations);
  const levels = new Set(operations.flatMap(writesOf).flatMap(({ id, levels: of }) => (of ? [id] : [])));
  const addresses = new Map(
    [...layouts].map(([id, { length }]) => [
      id,
      levels.has(id) ? scratch.bytes(new Uint8Array(length).fill(255)) : scratch.output(length),
    ]),
  );
  const emission: Emission = {
    kernels: scratch.kernels,
    layoutOf: ({ id }) =>
      layouts.get(id) ?? { borders: { top: 0, bottom: 0, left: 0, right: 0 }, stride: 0, pitch: 0, length: 0 },
    addressOf: ({ id }) => addresses.get(id) ?? Number.NaN,
    floats: (values) => scratch.floats(values),
    bytes: (values) => scratch.bytes(values),
    derived: (values, length, derive) => {
      const [from, to] = [scratch.floats(values), scratch.output(length)];
      derive(from, to);
      return to;
    },
    offsets: (_key, make) => scratch.offsets(make()),
    view: (address, length) => scratch.view(address, length),
  };
  for (const step of operations.flatMap((operation) => emitOperation(operation, emission))) step();
  const overruns = scratch.overruns();
  if (overruns.length > 0) throw new Error(`guard bytes have changed around ${overruns.join()}`);
  return readValue(made, emission);
}
