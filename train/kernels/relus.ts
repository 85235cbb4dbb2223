// ReLU and ReLU6 with gradients in one pass. tfjs-core's compare, cast and multiply, each an operation of its own, and
// tfjs-layers composes ReLU6 of a ReLU and a minimum: a third of a MobileNet's training step.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { allocate } from "./heap.ts";
import { workspaceOf } from "./workspace.ts";

/** What tfjs-layers 4.22.0 keeps in an Activation layer, whose types leave it out. */
type Relu6Layer = { activation: { apply(x: tf.Tensor): tf.Tensor } };

let registered = false;

/** Registers the gradients, and gives every relu6 Activation layer the operation that has one; once. */
export function registerRelus(): void {
  if (registered) return;
  registered = true;
  registerGradient(tf.Relu, Infinity);
  registerGradient(tf.Relu6, 6);
  // tfjs-layers does not export the class, and layers read from JSON are made by it.
  const layer = layers.activation({ activation: "relu6", name: "prototype" }) as unknown as Relu6Layer;
  Object.getPrototypeOf(layer.activation).apply = (x: tf.Tensor) => tf.relu6(x);
}

/** Above 0 and up to `highest` the gradient passes. */
function registerGradient(kernelName: string, highest: number): void {
  const stock = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) =>
      tf.getBackend() === "wasm"
        ? { x: () => passGate(dy as tf.Tensor, saved[0], highest) }
        : stock.gradFunc(dy, saved, attrs),
  });
}

function passGate(dy: tf.Tensor, x: tf.Tensor, highest: number): tf.Tensor {
  const backend = tf.backend() as BackendWasm;
  const dx = allocate(backend, x.shape);
  const { kernels, addressOf } = workspaceOf(backend);
  const [dyAt, xAt, dxAt] = [dy, x, dx].map(addressOf);
  kernels.gateGradient(x.size, dyAt, xAt, 0, highest, dxAt);
  return tf.engine().makeTensorFromTensorInfo(dx);
}
