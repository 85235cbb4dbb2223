// The gradient of a convolution with respect to its filter, which the stock WASM backend lacks: without it no
// convolution trains there. It promises to leave no tensor and no WASM memory behind.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { unfoldPatches } from "./unfold-patches.ts";

type FilterGradient = {
  inputs: { x: tf.Tensor4D; dy: tf.Tensor4D };
  // tfjs-core refuses the gradient of a dilated convolution before it gets here, and so passes no dilations.
  attrs: tf.Conv2DBackpropFilterAttrs & { dilations?: [number, number] };
  backend: BackendWasm;
};

// Patches are unfolded and multiplied 1 MiB at a time, so they stay in a core's cache and memory does not grow with the
// batch: 0.8 to 1.1 of the time of unfolding everything at once, over twelve convolutions of everyday shapes.
const MAX_PATCH_FLOATS = 2 ** 18;

/** Registers the kernel with the WASM backend, once. */
export function registerConv2DBackpropFilter(): void {
  if (tf.getKernel(tf.Conv2DBackpropFilter, "wasm")) return;
  tf.registerKernel({
    kernelName: tf.Conv2DBackpropFilter,
    backendName: "wasm",
    kernelFunc: (call) => filterGradient(call as unknown as FilterGradient),
  });
}

/**
 * dW[i, j, c, f] is the sum over images and output pixels p of x[p * stride + (i, j) * dilation, c] * dy[p, f]: one
 * matrix product of the unfolded input with dy. It takes 0.4 to 1.0 of the time of the usual alternative, a convolution
 * of the transposed input with dy as its filter, over the same twelve; one-pixel filters and strides gain the most.
 */
function filterGradient({ inputs, attrs, backend }: FilterGradient): tf.Tensor4D {
  const { x, dy } = inputs;
  const { strides, pad, filterShape, dimRoundingMode, dilations } = attrs;
  if (attrs.dataFormat !== "NHWC") throw new Error(`Conv2DBackpropFilter on WASM needs NHWC, not ${attrs.dataFormat}.`);
  const geometry = tf.backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const taps = geometry.filterHeight * geometry.filterWidth * inChannels;
  const rowCount = batchSize * outHeight;
  const rowsAtOnce = Math.max(1, Math.floor(MAX_PATCH_FLOATS / (taps * outWidth)));

  return tf.tidy(() => {
    // [batch, inChannels, inHeight * inWidth]
    const imagesNchw = tf.transpose(tf.reshape(x, [batchSize, inHeight * inWidth, inChannels]), [0, 2, 1]);
    let gradient = tf.zeros<tf.Rank.R2>([taps, outChannels]);
    for (let first = 0; first < rowCount; first += rowsAtOnce) {
      const rows = { first, count: Math.min(rowsAtOnce, rowCount - first) };
      const pixels = rows.count * outWidth;
      const previous = gradient;
      gradient = tf.tidy(() => {
        const patches = allocate(backend, [taps, pixels]);
        const dyRows = allocate(backend, [pixels, outChannels]);
        // Views come after every allocation: growing the WASM memory detaches the ones taken before. A plain tf.slice
        // would copy all of dy out of the WASM memory for each run of rows.
        const dyStart = first * outWidth * outChannels;
        const dyValues = backend.typedArrayFromHeap(dy).subarray(dyStart, dyStart + pixels * outChannels);
        backend.typedArrayFromHeap(dyRows).set(dyValues);
        unfoldPatches(floats(backend, imagesNchw), geometry, rows, floats(backend, patches));
        return tf.add(previous, tf.matMul(patches, dyRows));
      });
      previous.dispose();
    }
    return tf.reshape(gradient, filterShape);
  });
}

/** An uninitialised tensor that the enclosing tf.tidy disposes. */
function allocate(backend: BackendWasm, shape: [number, number]): tf.Tensor2D {
  return tf.engine().makeTensorFromTensorInfo(backend.makeOutput(shape, "float32")) as tf.Tensor2D;
}

function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
