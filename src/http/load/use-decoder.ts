// Decoding, and what follows it, within the isolate's budget of pixels.

import { ok, type Result } from "../../base/result.ts";
import { heldPixels } from "../../image/held-pixels.ts";
import type { ReadImage } from "../../image/read-image.ts";
import type { PostedImage } from "../../predict.ts";
import type { Admit } from "./admission.ts";
import { admitWithin, clientClosed, type RefusedAdmission } from "./admit-request.ts";

/**
 * Does `work` when there is room for the largest of `images`: of a request's, one at a time is decoded. Without a `caller`
 * nobody waits for it. The reader that it is handed lets others have their turn between two images, and so does `pause`; both
 * throw when the caller has gone.
 */
export type UseDecoder = <Value>(
  images: readonly PostedImage[],
  caller: AbortSignal | undefined,
  work: (readImage: ReadImage, pause: () => Promise<void>) => Promise<Value>,
) => Promise<Result<Value, RefusedAdmission>>;

export function createDecoderUse(admit: Admit, readImage: ReadImage, maxWaitMs: number): UseDecoder {
  return async (images, caller = new AbortController().signal, work) => {
    const pixels = Math.max(0, ...images.map(pixelsOf));
    const admitted = await admitWithin(admit, { bytes: 0, pixels }, maxWaitMs, caller);
    if (!admitted.ok) return admitted;
    const pause = async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      caller.throwIfAborted();
    };
    try {
      return ok(await work(takingTurns(readImage, caller, pause), pause));
    } catch (error) {
      if (caller.aborted) return clientClosed;
      throw error;
    } finally {
      admitted.value();
    }
  };
}

const pixelsOf = (image: PostedImage): number =>
  image instanceof Uint8Array ? heldPixels(image) : image.width * image.height;

/** Without a pause of its own, a request with many images would have the isolate to itself until it is done. */
function takingTurns(readImage: ReadImage, caller: AbortSignal, pause: () => Promise<void>): ReadImage {
  let isFirst = true;
  return async (bytes, limits, openRows) => {
    if (isFirst) caller.throwIfAborted();
    else await pause();
    isFirst = false;
    return readImage(bytes, limits, openRows);
  };
}
