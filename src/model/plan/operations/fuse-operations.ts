// Fewer passes over memory: whatever the operation that makes a value can do before it stores it is given to that operation.
// Sums may round differently after it, and nothing else changes.

import { activations, linear, type Activation } from "../../kernels/activation.ts";
import { readsOf, writesOf, type Combination, type Single, type Value } from "./operation.ts";

/** Values of the ids in `kept` are still made, because somebody reads them. */
export function fuseOperations(operations: readonly Single[], kept: ReadonlySet<number>): Single[] {
  const readers = new Map<number, number>();
  for (const { id } of operations.flatMap(readsOf)) readers.set(id, (readers.get(id) ?? 0) + 1);
  const fused: Single[] = [];
  /** The operation that makes a value which only one other reads. */
  const makerOf = ({ id }: Value): Single | undefined =>
    readers.get(id) === 1 && !kept.has(id)
      ? fused.find((operation) => writesOf(operation).some((value) => value.id === id))
      : undefined;
  for (const next of operations) {
    const change = fuse(next, makerOf, fused);
    if (!change) {
      fused.push(next);
      continue;
    }
    for (const absorbed of change.absorbed) fused.splice(fused.indexOf(absorbed), 1);
    // A swish reads its value once where its nodes read it twice.
    if (change.freed) readers.set(change.freed.id, (readers.get(change.freed.id) ?? 0) - 1);
    // In the later one's place: all that both read is there by then.
    fused.push(...again(change.operation, makerOf, fused));
  }
  return fused;
}

type MakerOf = (value: Value) => Single | undefined;
type Change = { operation: Single; absorbed: Single[]; freed?: Value };

/** What has become a curve may go on into what makes its value. */
function again(operation: Single, makerOf: MakerOf, fused: Single[]): Single[] {
  if (operation.kind !== "activate") return [operation];
  const change = fuse(operation, makerOf, fused);
  if (!change) return [operation];
  for (const absorbed of change.absorbed) fused.splice(fused.indexOf(absorbed), 1);
  return [change.operation];
}

function fuse(next: Single, makerOf: MakerOf, fused: readonly Single[]): Change | undefined {
  if (next.kind === "activate") return withActivation(next.y, next.activation, makerOf(next.x));
  if (next.kind === "scale" && next.activation.code === linear.code) return withScale(next, makerOf(next.x));
  if (next.kind === "product") return asSwish(next, makerOf);
  return next.kind === "add" ? withResidual(next, makerOf, fused) : undefined;
}

function withActivation(y: Value, activation: Activation, maker: Single | undefined): Change | undefined {
  if (!maker || !("activation" in maker) || maker.activation.code !== linear.code) return undefined;
  return { operation: { ...maker, activation, y }, absorbed: [maker] };
}

/** (w x + b) m + o is (w m) x + (b m + o), one m and o an output channel. */
function withScale(next: Extract<Single, { kind: "scale" }>, maker: Single | undefined): Change | undefined {
  if (maker?.kind !== "convolution" && maker?.kind !== "depthwise" && maker?.kind !== "dense") return undefined;
  if (maker.activation.code !== linear.code || ("residual" in maker && maker.residual)) return undefined;
  const { multiplier, offset, y } = next;
  const kernel = maker.kernel.map((weight, i) => weight * multiplier[i % multiplier.length]);
  const bias = maker.bias.map((value, c) => value * multiplier[c] + offset[c]);
  if (!kernel.every(Number.isFinite)) return undefined;
  return { operation: { ...maker, kernel, bias, y }, absorbed: [maker] };
}

/** x sigmoid(x), or x relu6(x + 3) / 6, in either order. */
function asSwish({ a, b, y }: Combination & { y: Value }, makerOf: MakerOf): Change | undefined {
  const orders = [[a, b], [b, a]]; // prettier-ignore
  for (const [x, gate] of orders) {
    const maker = makerOf(gate);
    if (maker?.kind === "activate" && maker.x.id === x.id && maker.activation === activations.sigmoid) {
      return { operation: { kind: "activate", x, activation: activations.swish, y }, absorbed: [maker], freed: x };
    }
    const clamped = maker && isScale(maker, 1 / 6, 0) && maker.activation.code === linear.code && makerOf(maker.x);
    if (clamped && isScale(clamped, 1, 3) && clamped.activation === activations.relu6 && clamped.x.id === x.id) {
      const operation: Single = { kind: "activate", x, activation: activations.hardSwish, y };
      return { operation, absorbed: [maker, clamped], freed: x };
    }
  }
  return undefined;
}

/** As exact as float32 has the numbers. */
function isScale(operation: Single, by: number, and: number): operation is Extract<Single, { kind: "scale" }> {
  if (operation.kind !== "scale") return false;
  const { multiplier, offset } = operation;
  return multiplier.every((value) => Math.abs(value - by) < 1e-7) && offset.every((value) => value === and);
}

/** Into the later of two convolutions, because what it reads is kept until the sum. */
function withResidual(
  { a, b, activation, y }: Combination & { y: Value },
  makerOf: MakerOf,
  fused: readonly Single[],
): Change | undefined {
  const hosts = [
    [a, b],
    [b, a],
  ].flatMap(([sum, residual]) => {
    // prettier-ignore
    const maker = makerOf(sum);
    const takes = maker?.kind === "convolution" && !maker.residual && maker.activation.code === linear.code;
    return takes && sum.id !== residual.id ? [{ maker, residual }] : [];
  });
  const [host] = hosts.toSorted((p, q) => fused.indexOf(q.maker) - fused.indexOf(p.maker));
  return host && { operation: { ...host.maker, residual: host.residual, activation, y }, absorbed: [host.maker] };
}
