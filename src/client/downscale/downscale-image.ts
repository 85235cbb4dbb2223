// Makes a photo smaller before it is sent, in browsers, such that the model sees what it would have seen.

import { averageAreas } from "./average-areas.ts";

/** The model's input, in pixels; `GET /v1/models/{model}` says it. */
export type InputSize = { width: number; height: number };

/**
 * Both sides stay at least this many times the model's, and this many pixels: the more the service still has to average,
 * the less it matters where our pixels begin. Measured, see bench/README.md.
 */
const LEAST_RATIO = 4;
const LEAST_SIDE = 224;

/** With less to gain than half of each side, the image is left as it is. */
const LEAST_REDUCTION = 2;

/** Quality that costs bytes rather than probability. */
const JPEG_QUALITY = 0.95;

/** Gives the image itself back where it is small already, where it would not become smaller, and where the platform cannot. */
export async function downscaleImage(image: Blob, input: InputSize): Promise<Blob> {
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function") return image;
  try {
    // As the service decodes: upright, and the numbers that stand in the file whatever its colour profile.
    const decoding = { imageOrientation: "from-image", colorSpaceConversion: "none" } as const;
    const bitmap = await createImageBitmap(image, decoding);
    const smaller = await encodeSmaller(bitmap, input, image.type);
    bitmap.close();
    return smaller && smaller.size < image.size ? smaller : image;
  } catch {
    // What cannot be decoded here is for the service to judge.
    return image;
  }
}

async function encodeSmaller(bitmap: ImageBitmap, input: InputSize, type: string): Promise<Blob | undefined> {
  const reduction = Math.min(
    bitmap.width / Math.max(LEAST_SIDE, LEAST_RATIO * input.width),
    bitmap.height / Math.max(LEAST_SIDE, LEAST_RATIO * input.height),
  );
  if (reduction < LEAST_REDUCTION) return undefined;
  const averaged = averageAreas(bitmap, Math.round(bitmap.width / reduction), Math.round(bitmap.height / reduction));
  const canvas = new OffscreenCanvas(averaged.width, averaged.height);
  canvas.getContext("2d")?.putImageData(averaged, 0, 0);
  return canvas.convertToBlob({ type: type === "image/jpeg" ? type : "image/png", quality: JPEG_QUALITY });
}
