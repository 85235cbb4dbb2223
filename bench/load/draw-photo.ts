// A JPEG as a phone takes it, in size and in how well it compresses: soft shapes with a little noise.

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { encode } from "jpeg-js";

const SEED = 1;

export const drawPhoto = (width: number, height: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(encode({ data: drawPhotoRgba(width, height), width, height }, 85).data);

export function drawPhotoRgba(width: number, height: number): Uint8Array<ArrayBuffer> {
  const random = xoroshiro128plus(SEED);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const shape = 110 + 60 * Math.sin(x / 190) * Math.cos(y / 140);
      const noise = uniformInt(random, -8, 8);
      data[at] = shape + noise;
      data[at + 1] = shape * 0.9 + noise;
      data[at + 2] = shape * 0.7 + noise;
      data[at + 3] = 255;
    }
  }
  return data;
}
