// The filter gradient of a convolution of many channels: one matrix product a tap, of the padded input and dy, with no
// unfolded copy of the input in between.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { allocate, floats, free, runKernel, withView } from "./heap.ts";
import { layOutGradient, layOutInput, shiftedLayout } from "./shifted-layout.ts";

// Images are laid out 1 MiB at a time. From 2^15 to 2^20 floats the time is the same within a twelfth; beyond, where the
// input leaves a core's cache, it takes 1.3 times as long, and memory would grow with the batch.
const MAX_INPUT_FLOATS = 2 ** 18;

/** dW [filterHeight, filterWidth, inChannels, outChannels], the caller's to free. */
export function shiftedProducts(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  geometry: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const { batchSize, inChannels, outChannels } = geometry;
  const layout = shiftedLayout(geometry);
  const imageFloats = layout.planes * inChannels * layout.imageLength;
  const imagesAtOnce = Math.min(batchSize, Math.max(1, Math.floor(MAX_INPUT_FLOATS / imageFloats)));
  const gradient = new Float32Array(geometry.filterHeight * geometry.filterWidth * inChannels * outChannels);
  const tapFloats = inChannels * outChannels;
  for (let first = 0; first < batchSize; first += imagesAtOnce) {
    const images = { first, count: Math.min(imagesAtOnce, batchSize - first) };
    const positions = images.count * layout.imageLength;
    // [planes, inChannels, positions], and zeros for the last channel's taps to reach into
    const planes = allocate(backend, [layout.planes * inChannels * positions + layout.maxShift]);
    // [positions, outChannels]
    const padded = allocate(backend, [positions, outChannels]);
    floats(backend, planes).fill(0);
    layOutInput(floats(backend, x), geometry, layout, images, "channels first", floats(backend, planes));
    layOutGradient(floats(backend, dy), geometry, layout, images, floats(backend, padded));
    for (const [tap, { plane, shift }] of layout.taps.entries()) {
      const start = plane * inChannels * positions + shift;
      // XNNPACK packs `padded` for the first tap and finds it again for the others.
      const product = withView(backend, planes, start, [inChannels, positions], (a) =>
        runKernel(backend, tf.BatchMatMul, { a, b: padded }, { transposeA: false, transposeB: false }),
      );
      const values = floats(backend, product);
      const at = tap * tapFloats;
      for (let i = 0; i < tapFloats; i++) gradient[at + i] += values[i];
      free(backend, product);
    }
    free(backend, planes, padded);
  }
  return backend.makeOutput(geometry.filterShape, "float32", undefined, gradient);
}
