// Shapes of pooling as its kernels need them.
import * as tf from "@tensorflow/tfjs-core";

type Shape4D = [number, number, number, number];

/** `window` is height, width, the strides down and across, and the pixels before the image above and to the left. */
export function poolGeometryOf(
  input: tf.TensorInfo,
  { filterSize, strides, pad }: tf.AvgPoolGradAttrs,
  rounding?: tf.MaxPoolGradAttrs["dimRoundingMode"],
) {
  const pool = tf.backend_util.computePool2DInfo(input.shape as Shape4D, filterSize, strides, 1, pad, rounding);
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = pool;
  return {
    images: pool.batchSize,
    height: pool.inHeight,
    width: pool.inWidth,
    channels: pool.inChannels,
    outHeight: pool.outHeight,
    outWidth: pool.outWidth,
    window: [filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left] as const,
  };
}
