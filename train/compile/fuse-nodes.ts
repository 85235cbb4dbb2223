// Fewer, larger nodes: each pass over the tensor that a neighbour can do on its way is given to that neighbour. A fusion
// changes the rounding of the answer and nothing else.
import { isFusedActivation, isLinear, type GraphNode, type LinearOp, type Op, type ScaleOp } from "./graph-node.ts";

/**
 * Folds padding and batch normalization into convolutions, and activations into whatever multiplies by a kernel. Nothing
 * is folded into the nodes of the ids in `kept`, so that what they compute can still be read.
 */
export function fuseNodes(nodes: readonly GraphNode[], kept: ReadonlySet<number> = new Set()): GraphNode[] {
  const users = countUsers(nodes);
  const fused = new Map<number, GraphNode>();
  for (const node of nodes) {
    const [input, ...otherInputs] = node.inputs;
    const producer = input === undefined || otherInputs.length > 0 ? undefined : fused.get(input);
    const op =
      producer && users.get(producer.id) === 1 && !kept.has(producer.id) ? fuse(producer.op, node.op) : undefined;
    if (producer && op) {
      // The pair takes the later node's id, so that whoever reads the later node reads the pair.
      fused.delete(producer.id);
      fused.set(node.id, { id: node.id, inputs: producer.inputs, op });
    } else {
      fused.set(node.id, node);
    }
  }
  return [...fused.values()];
}

function countUsers(nodes: readonly GraphNode[]): Map<number, number> {
  const users = new Map<number, number>();
  for (const input of nodes.flatMap((node) => node.inputs)) users.set(input, (users.get(input) ?? 0) + 1);
  return users;
}

function fuse(first: Op, then: Op): Op | undefined {
  if (first.kind === "pad" && (then.kind === "conv2d" || then.kind === "depthwise"))
    return then.padding === "valid" ? { ...then, padding: first.borders } : undefined;
  if (first.kind === "scale" && then.kind === "scale") return scaleTwice(first, then);
  if (!isLinear(first) || first.activation) return undefined;
  if (then.kind === "scale") return scaleOutput(first, then);
  if (then.kind === "activation" && isFusedActivation(then.activation))
    return { ...first, activation: then.activation };
  return undefined;
}

/** (x * m + o) * n + p is x * (m * n) + (o * n + p). */
function scaleTwice(first: ScaleOp, then: ScaleOp): ScaleOp {
  const by = (values: Float64Array) => values.map((value, i) => value * (then.multiplier[i] ?? Number.NaN));
  const offset = by(first.offset).map((value, i) => value + (then.offset[i] ?? Number.NaN));
  return { kind: "scale", multiplier: by(first.multiplier), offset };
}

/** (w * x + b) * m + o is (w * m) * x + (b * m + o), one m and one o an output channel. */
function scaleOutput(linear: LinearOp, { multiplier, offset }: ScaleOp): LinearOp {
  const channels = linear.bias.length;
  // Output channels vary fastest in every kernel; a depthwise kernel's last two axes are its output channels.
  const values = linear.kernel.values.map((value, i) => value * (multiplier[i % channels] ?? Number.NaN));
  const bias = linear.bias.map((value, i) => value * (multiplier[i] ?? Number.NaN) + (offset[i] ?? Number.NaN));
  return { ...linear, kernel: { ...linear.kernel, values }, bias };
}
