// The filter gradient that the first training run had, where the stock WASM backend has none: transposes and a dilated
// convolution, all of them stock operators.

import * as tf from "@tensorflow/tfjs-core";

type Call = { inputs: { x: tf.Tensor4D; dy: tf.Tensor4D }; attrs: tf.Conv2DBackpropFilterAttrs };

/**
 * dW[i, j, c, f] is the sum over images and output pixels p of x[p * stride + (i, j), c] * dy[p, f]: a convolution of x, with
 * images for channels, by dy as a filter that is dilated by the stride.
 */
export const composedFilterGradient: tf.KernelConfig = {
  kernelName: tf.Conv2DBackpropFilter,
  backendName: "wasm",
  kernelFunc: (call) => {
    const { inputs, attrs } = call as unknown as Call;
    const { x, dy } = inputs;
    const { strides, pad, filterShape } = attrs;
    const { padInfo } = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad);
    return tf.tidy(() => {
      const edges: [number, number][] = [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]]; // prettier-ignore
      // [inChannels, height, width, batch]
      const images = tf.transpose(tf.pad(x, edges), [3, 1, 2, 0]);
      // [outHeight, outWidth, batch, outChannels]
      const filter = tf.transpose(dy, [1, 2, 0, 3]);
      // [inChannels, filterHeight, filterWidth, outChannels], and what the stride leaves over at the ends
      const sums = tf.conv2d(images, filter, 1, "valid", "NHWC", strides);
      const [height, width, inChannels, outChannels] = filterShape;
      return tf.transpose(tf.slice(sums, [0, 0, 0, 0], [inChannels, height, width, outChannels]), [1, 2, 0, 3]);
    });
  },
};
