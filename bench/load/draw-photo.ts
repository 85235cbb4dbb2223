// A JPEG as a phone takes it, in size and in how well it compresses: soft shapes with a little noise.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { encode } from "jpeg-js";

const SEED = 1;

/** `noise` is how far a sample may lie from its shape: the more of it, the larger the file. */
export const drawPhoto = (
  width: number,
  height: number,
  { noise, quality }: { noise: number; quality: number },
): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(encode({ data: drawPhotoRgba(width, height, noise), width, height }, quality).data);

export function drawPhotoRgba(width: number, height: number, noise = 8): Uint8Array<ArrayBuffer> {
  const random = xoroshiro128plus(SEED);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const shape = 110 + 60 * Math.sin(x / 190) * Math.cos(y / 140);
      const shift = uniformInt(random, -noise, noise);
      data[at] = shape + shift;
      data[at + 1] = shape * 0.9 + shift;
      data[at + 2] = shape * 0.7 + shift;
      data[at + 3] = 255;
    }
  }
  return data;
}
