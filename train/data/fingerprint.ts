// What an image looks like, small enough to compare with thousands of others: a perceptual hash that finds candidates,
// and a thumbnail that tells copies from images that are merely alike. Pure; brightness and contrast hardly count.

import type { InputSpec } from "../../src/bundle/manifest.ts";
import type { Pixels } from "../../src/image/pixels.ts";
import { preprocess } from "../../src/preprocess/preprocess.ts";

/**
 * `hash` holds 63 bits: which low frequencies of the grey image lie above their median (the DCT hash of Zauner 2010,
 * "Implementation and Benchmarking of Perceptual Image Hash Functions"). `thumbnail` is the image at 16 x 16, its mean
 * taken off and its length scaled to 1, so that a dot product of two is their correlation; of a flat image it is zero.
 */
export type Fingerprint = { hash: [high: number, low: number]; thumbnail: Float32Array };

export const THUMBNAIL_SIZE = 16;
const HASHED_SIZE = 32;
const FREQUENCIES = 8;

/** Row k holds the DCT-II basis of frequency k, unscaled. */
const BASIS = Array.from({ length: FREQUENCIES }, (_row, k) =>
  Float64Array.from({ length: HASHED_SIZE }, (_, n) => Math.cos((Math.PI * k * (2 * n + 1)) / (2 * HASHED_SIZE))),
);

export function toFingerprint(pixels: Pixels): Fingerprint {
  const grey = preprocess(pixels, GREY);
  return { hash: toHash(grey), thumbnail: toThumbnail(halve(grey)) };
}

const GREY: InputSpec = {
  height: HASHED_SIZE,
  width: HASHED_SIZE,
  colour: "grey",
  resize: { mode: "stretch", filter: "area" },
  background: 0,
  scale: 1,
  mean: [0],
  standardDeviation: [1],
  maxBytes: 1,
  maxPixels: 1,
};

/** Means of 2 x 2: what reducing the image itself by area would give. */
function halve(grey: Float32Array): Float32Array {
  return Float32Array.from({ length: THUMBNAIL_SIZE ** 2 }, (_, i) => {
    const at = 2 * Math.floor(i / THUMBNAIL_SIZE) * HASHED_SIZE + 2 * (i % THUMBNAIL_SIZE);
    return (grey[at] + grey[at + 1] + grey[at + HASHED_SIZE] + grey[at + HASHED_SIZE + 1]) / 4;
  });
}

function toHash(grey: Float32Array): Fingerprint["hash"] {
  const rows = BASIS.map((basis) =>
    Float64Array.from({ length: HASHED_SIZE }, (_, y) =>
      dot(basis, grey.subarray(y * HASHED_SIZE, (y + 1) * HASHED_SIZE)),
    ),
  );
  const coefficients = BASIS.flatMap((basis) => rows.map((row) => dot(basis, row))).slice(1);
  const median = coefficients.toSorted((a, b) => a - b)[coefficients.length >> 1];
  const bits = (from: number, to: number) =>
    coefficients.slice(from, to).reduce((word, coefficient) => (word << 1) | Number(coefficient > median), 0) >>> 0;
  return [bits(0, 32), bits(32, 63)];
}

function toThumbnail(grey: Float32Array): Float32Array {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const centred = grey.map((value) => value - mean);
  const length = Math.sqrt(dot(centred, centred));
  // Below a grey level in all of it there is no picture to compare, only rounding.
  return length < 1 ? centred.fill(0) : centred.map((value) => value / length);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
