// The compiler's own picture of a model, between TF.js layers and a TF.js graph: a list of nodes, inputs before users.
// Values are doubles until they are written, so that folding rounds once.

/** A stride, a dilation or a window, in pixels. */
export type Pair = [height: number, width: number];

/** Pixels of zeros around an image. */
export type Borders = { top: number; bottom: number; left: number; right: number };

const fusedActivations = ["relu", "relu6", "sigmoid", "elu"] as const;
const activations = [...fusedActivations, "tanh", "softmax", "swish"] as const;

/**
 * An activation that TF.js layers have and the WASM backend's fused kernels accept (FusableActivation in
 * tfjs-backend-wasm 4.22); any other is a node of its own.
 */
export type FusedActivation = (typeof fusedActivations)[number];
/** An activation that can be compiled, by the name TF.js layers give it. */
export type Activation = (typeof activations)[number];

/** Row-major values of a weight. */
export type Weight = { shape: number[]; values: Float64Array };

/** Whatever multiplies by a kernel whose last axes are the output channels, then adds a bias [outChannels]. */
export type LinearOp =
  // kernel [height, width, inChannels, outChannels]; for depthwise, outChannels is [inChannels, multiplier]
  | {
      kind: "conv2d" | "depthwise";
      kernel: Weight;
      bias: Float64Array;
      strides: Pair;
      dilations: Pair;
      padding: "same" | "valid" | Borders;
      activation?: FusedActivation;
    }
  // kernel [inUnits, outUnits]
  | { kind: "dense"; kernel: Weight; bias: Float64Array; activation?: FusedActivation };

/** Batch normalization at inference: x * multiplier + offset, both [channels]. */
export type ScaleOp = { kind: "scale"; multiplier: Float64Array; offset: Float64Array };

/** What a node computes from its inputs. */
export type Op =
  | { kind: "input"; shapeHwc: [number, number, number] }
  | LinearOp
  | ScaleOp
  | { kind: "activation"; activation: Activation }
  // Of inputs of the same rank; the factors of a product may be one pixel that counts for all.
  | { kind: "add" | "multiply" }
  // The inputs' channels one after the other.
  | { kind: "concat" }
  | { kind: "maxPool" | "averagePool"; size: Pair; strides: Pair; padding: "same" | "valid" }
  // The mean over height and width: [batch, height, width, channels] to [batch, channels].
  | { kind: "globalAverage" }
  | { kind: "pad"; borders: Borders }
  // The shape without its batch dimension.
  | { kind: "reshape"; shape: number[] };

/** One operation, and the ids of the nodes it reads. */
export type GraphNode = { id: number; inputs: number[]; op: Op };

/** Whether the operation multiplies by a kernel. */
export function isLinear(op: Op): op is LinearOp {
  return op.kind === "conv2d" || op.kind === "depthwise" || op.kind === "dense";
}

/** Whether an activation of that name can be compiled. */
export function isActivation(name: string): name is Activation {
  return (activations as readonly string[]).includes(name);
}

/** Whether an activation of that name can be part of the node before it. */
export function isFusedActivation(name: string): name is FusedActivation {
  return (fusedActivations as readonly string[]).includes(name);
}
