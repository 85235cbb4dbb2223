// What reading a graph gives node by node: the compiler's own operations, and what is known of the tensors between them.

import { fail, type Failure, type Result } from "../../../src/base/result.ts";
import type { Op, Weight } from "../../compile/graph-node.ts";
import type { NodeDef } from "./graph-schema.ts";

export type GraphReason = "backbone_invalid" | "backbone_unsupported";

/** What an operation gives: [batch, ...] of `rank` axes, of which the last has `channels`. */
export type TensorFacts = { rank: number; channels: number };

/** What a node gives to those that read it. */
export type Value =
  | ({ kind: "tensor"; id: number } & TensorFacts)
  | ({ kind: "constant" } & Weight)
  /** The shape of a tensor, and the first number of it: where a reshape keeps the batch, graphs compute it. */
  | { kind: "shape" | "batchSize" };

export type Tensor = Extract<Value, { kind: "tensor" }>;
export type Constant = Extract<Value, { kind: "constant" }>;

/** A node and the values that it reads. */
export type NodeCall = { node: NodeDef; inputs: Value[] };

/** Operations to run in turn, the first of them on `reads`. */
export type Computation = { kind: "ops"; ops: Op[]; reads: Tensor[] } & TensorFacts;

/** What a node does: compute something, hand on a value as it is, or give one that is known without computing. */
export type Reading = Result<Computation | Value, Failure<GraphReason>>;

export function refuse(
  { node }: { node: NodeDef },
  why: string,
): { ok: false; error: Failure<"backbone_unsupported"> } {
  return fail("backbone_unsupported", `the backbone's node ${node.name} (${node.op}) cannot be taken over: ${why}`);
}

export const isTensor = (value: Value | undefined, rank?: number): value is Tensor =>
  value?.kind === "tensor" && (rank === undefined || value.rank === rank);

/** Without a rank, of any; never an empty one. */
export const isConstant = (value: Value | undefined, rank?: number): value is Constant =>
  value?.kind === "constant" && value.values.length > 0 && (rank === undefined || value.shape.length === rank);
