// Seeded augmentation of preprocessed images. What an image becomes depends on the seed, the epoch and its index alone,
// so neither the number of workers nor a resumed run changes it.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Amplitudes; each image draws its own value up to them. Absent or 0 is off. */
export type Augmentation = {
  /** Fraction of the image's size, along each axis. */
  shift?: number;
  rotationDegrees?: number;
  /** 0.1 scales by 0.9 to 1.1. */
  zoom?: number;
  /** Only where the anatomy allows it. */
  flipHorizontal?: boolean;
  flipVertical?: boolean;
  /** 0.2 multiplies the distance to the image's mean by 0.8 to 1.2. */
  contrast?: number;
  /** In units of the input. */
  brightness?: number;
  /** The largest standard deviation of Gaussian noise, in units of the input; from 0, so that batch norm knows clean images. */
  noise?: number;
  /** Side of a square set to the background (DeVries and Taylor 2017), as a fraction of the image's height. */
  cutout?: number;
  /** Parameter of the beta distribution of mixup (Zhang et al. 2018); used by the batch, not by a single image. */
  mixup?: number;
};

export type ImageShape = readonly [height: number, width: number, channels: number];

/** Numbers from 0 to 1 for one image of one epoch. */
export function imageRandom(seed: number, epoch: number, index: number): () => number {
  const random = xoroshiro128plus(
    Math.imul(Math.imul(seed, 0x9e37_79b1) ^ epoch, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35),
  );
  return () => uniformFloat64(random);
}

/** Writes the augmented height x width x channels image into `target`; `background` has one value a channel. */
export function augment(
  source: Float32Array,
  target: Float32Array,
  shape: ImageShape,
  background: readonly number[],
  augmentation: Augmentation,
  random: () => number,
): void {
  const symmetric = (amplitude = 0) => amplitude * (2 * random() - 1);
  // Every value is drawn whether it is used or not, so that turning one augmentation off does not change the others.
  const draw = {
    shiftX: symmetric(augmentation.shift),
    shiftY: symmetric(augmentation.shift),
    radians: (symmetric(augmentation.rotationDegrees) * Math.PI) / 180,
    scale: 1 + symmetric(augmentation.zoom),
    flipX: random() < 0.5 && augmentation.flipHorizontal === true,
    flipY: random() < 0.5 && augmentation.flipVertical === true,
    contrast: 1 + symmetric(augmentation.contrast),
    brightness: symmetric(augmentation.brightness),
    cutoutX: random(),
    cutoutY: random(),
    noise: (augmentation.noise ?? 0) * random(),
  };
  warp(source, target, shape, background, draw);
  if (draw.contrast !== 1 || draw.brightness !== 0) adjust(target, draw.contrast, draw.brightness);
  if (draw.noise > 0) addNoise(target, draw.noise, random);
  if (augmentation.cutout) cut(target, shape, background, augmentation.cutout, draw);
}

type Placement = { shiftX: number; shiftY: number; radians: number; scale: number; flipX: boolean; flipY: boolean };

/** Samples the source bilinearly at each target pixel's place before the transformation; outside it is background. */
function warp(
  source: Float32Array,
  target: Float32Array,
  [height, width, channels]: ImageShape,
  background: readonly number[],
  draw: Placement,
): void {
  const cos = Math.cos(draw.radians) / draw.scale;
  const sin = Math.sin(draw.radians) / draw.scale;
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const rowLength = width * channels;
  const at = (x: number, y: number, c: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? background[c] : source[(y * width + x) * channels + c];
  for (let y = 0, t = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromMiddleX = x - middleX - draw.shiftX * width;
      const fromMiddleY = y - middleY - draw.shiftY * height;
      const rotatedX = cos * fromMiddleX + sin * fromMiddleY;
      const rotatedY = cos * fromMiddleY - sin * fromMiddleX;
      const sourceX = middleX + (draw.flipX ? -rotatedX : rotatedX);
      const sourceY = middleY + (draw.flipY ? -rotatedY : rotatedY);
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      const right = sourceX - left;
      const down = sourceY - top;
      // Inside the image, which is most of it, four pixels are read without asking of each whether there is one: a third of
      // the time.
      if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
        let from = top * rowLength + left * channels;
        for (let c = 0; c < channels; c++, from++) {
          const upper = source[from] * (1 - right) + source[from + channels] * right;
          const below = from + rowLength;
          const lower = source[below] * (1 - right) + source[below + channels] * right;
          target[t++] = upper * (1 - down) + lower * down;
        }
        continue;
      }
      for (let c = 0; c < channels; c++) {
        const upper = at(left, top, c) * (1 - right) + at(left + 1, top, c) * right;
        const lower = at(left, top + 1, c) * (1 - right) + at(left + 1, top + 1, c) * right;
        target[t++] = upper * (1 - down) + lower * down;
      }
    }
  }
}

function adjust(image: Float32Array, contrast: number, brightness: number): void {
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += image[i];
  const mean = sum / image.length;
  for (let i = 0; i < image.length; i++) image[i] = (image[i] - mean) * contrast + mean + brightness;
}

/** Box and Muller 1958, two values at a time. */
function addNoise(image: Float32Array, deviation: number, random: () => number): void {
  for (let i = 0; i < image.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    image[i] += radius * Math.cos(angle);
    if (i + 1 < image.length) image[i + 1] += radius * Math.sin(angle);
  }
}

function cut(
  image: Float32Array,
  [height, width, channels]: ImageShape,
  background: readonly number[],
  side: number,
  at: { cutoutX: number; cutoutY: number },
): void {
  const half = (side * height) / 2;
  const [x, y] = [at.cutoutX * width, at.cutoutY * height];
  for (let row = Math.max(0, Math.round(y - half)); row < Math.min(height, Math.round(y + half)); row++) {
    for (let column = Math.max(0, Math.round(x - half)); column < Math.min(width, Math.round(x + half)); column++) {
      for (let c = 0; c < channels; c++) image[(row * width + column) * channels + c] = background[c];
    }
  }
}
