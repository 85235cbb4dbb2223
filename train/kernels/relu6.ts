// relu6 without booleans, which the WASM backend compares and multiplies in scalar code. tfjs-layers composes it of relu
// and minimum, and tfjs-core's gradients of both it and minimum compare: a third of a MobileNet's training step.
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

/** The float32 after 6, so that 6 itself lets the gradient through, as it does in tfjs-core. */
const ABOVE_6 = 6.0000005;

/** What tfjs-layers 4.22.0 keeps in an Activation layer, whose types leave it out. */
type Relu6Layer = { activation: { apply(x: tf.Tensor): tf.Tensor } };

let registered = false;

/** Registers the gradient, and gives every relu6 Activation layer the operation that has it; once. */
export function registerRelu6(): void {
  if (registered) return;
  registered = true;
  tf.unregisterGradient(tf.Relu6);
  tf.registerGradient({
    kernelName: tf.Relu6,
    inputsToSave: ["x"],
    gradFunc: (dy, [x]) => ({
      x: () => tf.mul(tf.mul(dy as tf.Tensor, tf.step(x)), tf.step(tf.sub(ABOVE_6, x))),
    }),
  });
  // tfjs-layers does not export the class, and layers read from JSON are made by it.
  const layer = layers.activation({ activation: "relu6", name: "prototype" }) as unknown as Relu6Layer;
  Object.getPrototypeOf(layer.activation).apply = (x: tf.Tensor) => tf.relu6(x);
}
