// Channels that are small beside others of the same image get few levels. Each is enlarged where it is made, and the
// weights that read it take that back: the network computes the same, and its levels are finer (Nagel et al. 2019,
// "Data-free quantization through weight equalization and bias correction", section 4.1, with what calibration images show).

import type { Constants } from "../../src/model/plan/graph/constants.ts";
import type { Plan } from "../../src/model/plan/create-plan.ts";
import {
  readsOf,
  type Convolution,
  type Depthwise,
  type Single,
  type Value,
} from "../../src/model/plan/operations/operation.ts";
import type { Fused } from "./float-graph.ts";

/** A channel that calibration images hardly use is not to lose what others show in it. */
const MOST = 16;

type Product = (Convolution | Depthwise) & { y: Value };

/** Values that are added up share their factors, and the products that make and read them. */
type Group = { makers: Product[]; readers: Product[]; values: Value[] };

/** The largest number of each channel, whatever its sign. */
export function observePeaks(
  plan: Plan,
  names: readonly string[],
  count: number,
  imageAt: (i: number) => Float32Array,
): Map<string, Float64Array> {
  const peaks = new Map(names.map((name) => [name, new Float64Array(plan.shapeOf(name).at(-1) ?? 1)]));
  for (let i = 0; i < count; i++) {
    plan.run(imageAt(i), 0);
    for (const [name, peak] of peaks) {
      plan.read(name).forEach((number, at) => {
        const channel = at % peak.length;
        peak[channel] = Math.max(peak[channel], Math.abs(number));
      });
    }
  }
  return peaks;
}

/** New numbers by the names of their constants. Those in `fixed` stay, and so does what is read of the graph. */
export function equaliseChannels(
  fused: Fused,
  constants: Constants,
  fixed: ReadonlySet<string>,
  peaks: ReadonlyMap<string, Float64Array>,
): Map<string, Float32Array> {
  const changed = new Map<string, Float32Array>();
  const scale = (numbers: Float32Array, factorOf: (at: number) => number) => {
    const name = fused.constantOf(numbers);
    if (name === undefined) throw new Error("a constant is not the graph's");
    const now = changed.get(name) ?? Float32Array.from(constants.get(name)?.values ?? numbers);
    changed.set(
      name,
      now.map((number, at) => number * factorOf(at)),
    );
  };
  for (const group of findGroups(fused, fixed)) {
    const factors = toFactors(group, fused, peaks);
    if (!factors) continue;
    const channels = factors.length;
    for (const { kernel, bias } of group.makers) {
      scale(kernel, (at) => factors[at % channels]);
      scale(bias, (at) => factors[at]);
    }
    for (const { kind, kernel, y } of group.readers) {
      // [height, width, input channels, output channels]; of a depthwise kernel the last axis is 1.
      const columns = kind === "depthwise" ? 1 : y.channels;
      scale(kernel, (at) => 1 / factors[Math.floor(at / columns) % channels]);
    }
  }
  return changed;
}

/**
 * Depthwise weights have a scale a channel, and lose nothing; others share theirs among the channels that they read, and
 * meet the values halfway. Of the images seen a clamp cuts what it cut; of others it cuts what is larger than all of these,
 * in float32 too, as levels would.
 */
function toFactors(
  { values, readers, makers }: Group,
  { nameOf }: Fused,
  peaks: ReadonlyMap<string, Float64Array>,
): number[] | undefined {
  const seen = values.map((value) => peaks.get(nameOf(value)));
  if (!seen.every((peak) => peak !== undefined)) return undefined;
  const largest = Array.from(seen[0], (_, channel) => Math.max(...seen.map((peak) => peak[channel])));
  const [{ activation }] = makers;
  const isClamped = activation.code !== 0 && Number.isFinite(activation.high);
  const top = isClamped ? activation.high : Math.max(...largest);
  const power = readers.every(({ kind }) => kind === "depthwise") ? 1 : 0.5;
  return largest.map((peak) => (peak > 0 ? Math.min(MOST, Math.max(1, top / peak) ** power) : 1));
}

/** Those that nobody but products reads, and whose weights nobody else uses. */
function findGroups({ operations, kept, constantOf }: Fused, fixed: ReadonlySet<string>): Group[] {
  const uses = new Map<Float32Array, number>();
  for (const operation of operations) {
    if ("kernel" in operation) uses.set(operation.kernel, (uses.get(operation.kernel) ?? 0) + 1);
  }
  const isOwn = (numbers: Float32Array) => {
    const name = constantOf(numbers);
    return name !== undefined && !fixed.has(name);
  };
  const isProduct = (operation: Single): operation is Product =>
    (operation.kind === "convolution" || operation.kind === "depthwise") &&
    isOwn(operation.kernel) &&
    uses.get(operation.kernel) === 1;
  return tieSums(operations).flatMap((ids): Group[] => {
    const makers = operations.filter((operation) => operation.kind !== "stock" && ids.has(operation.y.id));
    const products = makers.filter(isProduct).filter(({ bias }) => isOwn(bias));
    const sums = makers.filter(({ kind }) => kind === "add");
    const readers = operations.filter((operation) => !sums.includes(operation) && readsAny(operation, ids));
    const isWhole =
      products.length > 0 && products.length + sums.length === makers.length && makers.length === ids.size;
    if (!isWhole || readers.length === 0 || !readers.every(isProduct) || [...ids].some((id) => kept.has(id))) return [];
    const values = makers.flatMap((operation) => (operation.kind === "stock" ? [] : [operation.y]));
    return haveOneClamp([...products, ...sums]) ? [{ makers: products, readers, values }] : [];
  });
}

/** Reading a residual that goes into a sum of the same group is not reading it by weights. */
const readsAny = (operation: Single, ids: ReadonlySet<number>): boolean =>
  operation.kind === "convolution" && operation.residual && ids.has(operation.y.id)
    ? ids.has(operation.x.id)
    : readsOf(operation).some(({ id }) => ids.has(id));

/** Enlarging commutes with relu and with nothing, and with a clamp from 0 that calibration images do not reach. */
function haveOneClamp(makers: readonly Single[]): boolean {
  const limits = makers.map((maker) => ("activation" in maker ? maker.activation : undefined));
  const [first] = limits;
  return limits.every((limit) => {
    if (!first || !limit || limit.code > 1 || (limit.code === 1 && limit.low !== 0)) return false;
    const highOf = ({ code, high }: typeof limit) => (code === 0 ? Infinity : high);
    return highOf(limit) === highOf(first);
  });
}

/** The ids of values that are added to each other, at whatever distance; most are alone. */
function tieSums(operations: readonly Single[]): Set<number>[] {
  const sets = new Map<number, Set<number>>();
  const setOf = ({ id }: Value): Set<number> => sets.get(id) ?? new Set([id]);
  for (const operation of operations) {
    if (operation.kind === "stock") continue;
    const tied = [operation.y];
    if (operation.kind === "add") tied.push(operation.a, operation.b);
    if (operation.kind === "convolution" && operation.residual) tied.push(operation.residual);
    const all = new Set(tied.flatMap((value) => [...setOf(value)]));
    for (const id of all) sets.set(id, all);
  }
  return [...new Set(sets.values())];
}
