// Operations on numbers to operations on levels where a quantisation says so, with conversions between the two. What can be
// made of levels without rounding anything again stays in levels without being told.

import type { Levels, Quantisation } from "../../../bundle/quantisation.ts";
import { activations, linear } from "../../kernels/activation.ts";
import { readingOthers, writesOf, type Single, type Value } from "./operation.ts";

type Network = {
  input: Value;
  operations: readonly Single[];
  outputs: readonly Value[];
  /** The name of the node that makes a value. */
  nameOf: (value: Value) => string | undefined;
};

type Forms = { numbers?: Value; levels?: Value };

/** Outputs are numbers. Throws where the quantisation names what cannot be done on levels, or not how. */
export function useLevels({ input, operations, outputs, nameOf }: Network, quantisation: Quantisation): Single[] {
  const forms = new Map<number, Forms>([[input.id, { numbers: input }]]);
  const made: Single[] = [];
  let ids = 1 + Math.max(input.id, ...operations.flatMap(writesOf).map(({ id }) => id));
  const formsOf = ({ id }: Value): Forms => forms.get(id) ?? {};

  const levelsFor = (value: Value): Levels => {
    const levels = quantisation.values.get(nameOf(value) ?? "");
    if (!levels) throw new Error("the quantisation does not say what the levels of a value are");
    return levels;
  };
  const inLevels = (value: Value): Value => {
    const known = formsOf(value).levels;
    if (known) return known;
    const converted = { ...value, id: ids++, levels: levelsFor(value) };
    // Where the value is made, so that nothing comes between operations that may be cut into strips together.
    const maker = made.findIndex((operation) => writesOf(operation).some(({ id }) => id === value.id));
    made.splice(maker + 1, 0, { kind: "convert", x: value, y: converted });
    forms.set(value.id, { numbers: value, levels: converted });
    return converted;
  };
  const inNumbers = (value: Value): Value => {
    const { numbers, levels } = formsOf(value);
    if (numbers || !levels) return numbers ?? value;
    // Under the value's own id, so that whoever reads numbers finds them.
    made.push({ kind: "convert", x: levels, y: value });
    forms.set(value.id, { levels, numbers: value });
    return value;
  };
  const makeLevels = (y: Value, levels: Levels): Value => {
    const value = { ...y, id: ids++, levels };
    forms.set(y.id, { levels: value });
    return value;
  };

  for (const operation of operations) {
    if (operation.kind !== "stock" && quantisation.layers.has(nameOf(operation.y) ?? "")) {
      if (!takesLevels(operation)) throw new Error("the quantisation names a layer that takes no levels");
      const reading = readingOthers(operation, inLevels) as typeof operation;
      made.push(
        operation.kind === "dense" ? reading : { ...reading, y: makeLevels(operation.y, levelsFor(operation.y)) },
      );
      continue;
    }
    const { levels } = "x" in operation ? formsOf(operation.x) : {};
    if (levels && (operation.kind === "maxPool" || operation.kind === "reshape")) {
      made.push({ ...operation, x: levels, y: makeLevels(operation.y, levels.levels as Levels) });
    } else if (levels && operation.kind === "averagePool") {
      made.push({ ...operation, x: levels });
    } else {
      made.push(readingOthers(operation, inNumbers));
    }
  }
  for (const output of outputs) inNumbers(output);
  return made;
}

/** Whether there is a kernel for it: of curves only a classifier's, which makes numbers. */
export function takesLevels(operation: Single): boolean {
  if (operation.kind === "dense") return true;
  const isProduct = operation.kind === "convolution" || operation.kind === "depthwise";
  if (!isProduct && operation.kind !== "add") return false;
  return [linear.code, activations.relu.code].includes(operation.activation.code);
}
