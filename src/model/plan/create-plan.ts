// A graph to a plan: the order of its operations, one arena for all they make, and calls of kernels with every address
// decided. Running it allocates nothing but what TensorFlow.js does for operations without a kernel.

import type { Quantisation } from "../../bundle/quantisation.ts";
import type { Constants } from "./graph/constants.ts";
import { lowerGraph, type LoweredGraph } from "./graph/lower-graph.ts";
import type { Tensor } from "./graph/lower/lowering.ts";
import type { NodeDef } from "./graph/node-def.ts";
import { holdMemory, type Heap, type Holding } from "./heap.ts";
import { assignOffsets } from "./operations/assign-offsets.ts";
import { cutIntoStrips } from "./operations/cut-into-strips.ts";
import { fuseOperations } from "./operations/fuse-operations.ts";
import { isOnlyRenamed, toLifetimes } from "./operations/lifetimes.ts";
import type { Operation, Single, Value } from "./operations/operation.ts";
import { placeValues } from "./operations/place-values.ts";
import { stageInput } from "./operations/stage-input.ts";
import { useLevels } from "./operations/use-levels.ts";
import { useWinograd } from "./operations/winograd/use-winograd.ts";
import { createEmission, type Emission, type Step } from "./steps/emission.ts";
import { readValue } from "./steps/emit-copies.ts";
import { emitOperation } from "./steps/emit-operation.ts";

export type Plan = {
  /** How many of the operations TensorFlow.js runs. */
  stockOperations: number;
  /** What weights take in memory beyond what they take in files. */
  addedBytes: number;
  /** Of one image: the i-th of `inputNhwc`. Leaves the outputs where `read` finds them until the next run. */
  run(inputNhwc: Float32Array, i: number): void;
  /** A copy of an output, by the name of its node. */
  read(output: string): Float32Array;
  /** Of an output for one image, without the batch. */
  shapeOf(output: string): readonly number[];
  dispose(): void;
};

export type GraphToPlan = {
  nodes: ReadonlyMap<string, NodeDef>;
  constants: Constants;
  input: { name: string; height: number; width: number; channels: number };
  outputs: readonly string[];
  quantisation?: Quantisation;
};

/** Undefined for a graph that only TensorFlow.js can run as a whole; may throw what it throws of a graph that is wrong. */
export function createPlan({ input, quantisation, ...graph }: GraphToPlan, heap: Heap): Plan | undefined {
  const { name, height, width, channels } = input;
  const lowered = lowerGraph({ ...graph, input: { name, shape: [1, height, width, channels] } });
  if (!lowered) return undefined;
  const memory = holdMemory(heap);
  try {
    const kept = new Set(lowered.outputs.map(({ value }) => value.id));
    const fused = fuseOperations(lowered.operations, kept);
    const levelled = quantisation ? onLevels(lowered, fused, quantisation) : fused;
    const cut = cutIntoStrips(stageInput(lowered.input, levelled), kept);
    const { operations, addedBytes } = useWinograd(lowered.input, cut);
    const emission = placeInMemory(lowered, operations, memory);
    return toPlan({
      emission,
      input: lowered.input,
      outputs: new Map(graph.outputs.map((output, i) => [output, lowered.outputs[i]])),
      steps: toSteps(operations, emission),
      stockOperations: operations.filter(({ kind }) => kind === "stock").length,
      addedBytes,
      disposals: [memory.free, lowered.dispose],
    });
  } catch (error) {
    memory.free();
    lowered.dispose();
    throw error;
  }
}

// What lives as long as a plan is made in functions of its own: closures keep whatever those beside them read, and the
// files of the weights are not to stay beside the packed ones.

type Parts = {
  emission: Emission;
  input: Value;
  outputs: ReadonlyMap<string, Tensor>;
  steps: readonly Step[];
  stockOperations: number;
  addedBytes: number;
  disposals: readonly (() => void)[];
};

function toPlan({ emission, input, outputs, steps, stockOperations, addedBytes, disposals }: Parts): Plan {
  const image = emission.addressOf(input);
  const count = input.height * input.width * input.channels;
  let view = emission.view(image, count);
  const outputNamed = (name: string): Tensor => {
    const output = outputs.get(name);
    if (!output) throw new Error("the plan has no such output");
    return output;
  };
  return {
    stockOperations,
    addedBytes,
    run: (inputNhwc, i) => {
      // An array of memory that has grown has lost its buffer.
      if (view.length === 0) view = emission.view(image, count);
      view.set(inputNhwc.length === count ? inputNhwc : inputNhwc.subarray(i * count, (i + 1) * count));
      for (const step of steps) step();
    },
    read: (name) => readValue(outputNamed(name).value, emission),
    shapeOf: (name) => outputNamed(name).shape.slice(1),
    dispose: () => {
      for (const dispose of disposals) dispose();
    },
  };
}

function onLevels(
  { input, outputs, keys }: LoweredGraph,
  operations: readonly Single[],
  quantisation: Quantisation,
): Single[] {
  const values = outputs.map(({ value }) => value);
  return useLevels({ input, operations, outputs: values, nameOf: ({ id }) => keys.get(id) }, quantisation);
}

function placeInMemory(
  { input, outputs }: Pick<LoweredGraph, "input" | "outputs">,
  operations: readonly Operation[],
  memory: Holding,
): Emission {
  const layouts = placeValues(input, operations);
  const values = outputs.map(({ value }) => value);
  const { lifetimes, storageOf } = toLifetimes(input, operations, { outputs: values, layouts });
  const { offsets, bytes } = assignOffsets(lifetimes);
  return createEmission({ layouts, storageOf, offsets, arena: memory.allocate(bytes) }, memory);
}

function toSteps(operations: readonly Operation[], emission: Emission): Step[] {
  return operations
    .filter((operation) => !isOnlyRenamed(operation, (value) => emission.layoutOf(value)))
    .flatMap((operation) => emitOperation(operation, emission));
}
