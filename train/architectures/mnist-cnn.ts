// The smallest convolutional network worth training: one convolution, for 28x28 grey images in ten classes.
import { initializers, layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";

/** An untrained network with Keras' default initial values (Glorot uniform, zero biases); the seed decides them. */
export function mnistCnn(seed: number): Sequential {
  const glorot = (offset: number) => initializers.glorotUniform({ seed: seed + offset });
  return sequential({
    layers: [
      // [batch, 28, 28, 1] to [batch, 26, 26, 32]
      layers.conv2d({
        inputShape: [28, 28, 1],
        filters: 32,
        kernelSize: 3,
        activation: "relu",
        kernelInitializer: glorot(0),
      }),
      // [batch, 13, 13, 32]
      layers.maxPooling2d({ poolSize: 2 }),
      // [batch, 5408]
      layers.flatten(),
      // [batch, 10]
      layers.dense({ units: 10, activation: "softmax", kernelInitializer: glorot(1) }),
    ],
  });
}
