import { describe, expect, test } from "vitest";
import { augment, imageRandom, type Augmentation } from "../../../../train/fit/batches/augment.ts";
import {
  createShardBatch,
  gatherShard,
  takeFirst,
  type ShardBatch,
  type ShardPlan,
} from "../../../../train/fit/batches/shard-batch.ts";
import { createSharedArray } from "../../../../train/pipeline/shared-array.ts";

const SHAPE = [3, 3, 1] as const;
const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

function augmented(augmentation: Augmentation, random: () => number): number[] {
  const target = new Float32Array(9);
  augment(image, target, SHAPE, [0], augmentation, random);
  return [...target];
}

/** The root of the mean square of the noise in an image of zeros. */
function noiseOf(noise: number, random: () => number): number {
  const zeros = new Float32Array(30 * 30);
  const target = new Float32Array(zeros.length);
  augment(zeros, target, [30, 30, 1], [0], { noise }, random);
  return Math.sqrt(target.reduce((sum, value) => sum + value ** 2, 0) / target.length);
}

/** Draws of exactly a half: no shift, no rotation, no zoom, no flip. */
const middle = () => 0.5;
const largest = () => 1;
const smallest = () => 0;

describe("augmentation", () => {
  test("of nothing leaves the image as it is", () => {
    expect(augmented({}, largest)).toEqual([...image]);
    expect(augmented({ shift: 0.5, rotationDegrees: 90, zoom: 0.5, contrast: 1, brightness: 1 }, middle)).toEqual([
      ...image,
    ]);
  });

  test("shifts by a fraction of the image and fills with the background", () => {
    expect(augmented({ shift: 1 / 3 }, largest).map(Math.round)).toEqual([0, 0, 0, 0, 1, 2, 0, 4, 5]);
  });

  test("turns by whole degrees around the middle", () => {
    expect(augmented({ rotationDegrees: 90 }, largest).map(Math.round)).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
  });

  test("mirrors where it is allowed", () => {
    expect(augmented({ flipHorizontal: true }, smallest)).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
    expect(augmented({ flipVertical: true }, smallest)).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3]);
    expect(augmented({ flipHorizontal: false }, smallest)).toEqual([...image]);
  });

  test("changes contrast around the image's mean, and brightness", () => {
    expect(augmented({ contrast: 0.5 }, largest)).toEqual([-1, 0.5, 2, 3.5, 5, 6.5, 8, 9.5, 11]);
    expect(augmented({ brightness: 2 }, largest)).toEqual([...image].map((value) => value + 2));
  });

  test("cuts a square out", () => {
    expect(augmented({ cutout: 1 / 3 }, middle)).toEqual([1, 2, 3, 4, 0, 6, 7, 8, 9]);
  });

  test("adds noise of a strength that each image draws, from none to the largest", () => {
    const deviations = Array.from({ length: 400 }, (_, index) => noiseOf(2, imageRandom(1, 0, index)));
    // A quarter of them in each quarter, but for chance.
    for (const quarter of [0, 0.5, 1, 1.5]) {
      const within = deviations.filter((deviation) => deviation >= quarter && deviation < quarter + 0.5);
      expect(within.length).toBeGreaterThan(75);
      expect(within.length).toBeLessThan(125);
    }
    expect(noiseOf(2, imageRandom(1, 0, 7))).toBe(deviations[7]);
  });

  test("adds noise of the largest strength where that is drawn, and none where none is", () => {
    const random = imageRandom(1, 0, 0);
    // What is drawn before the noise itself, the strength last.
    const draws = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    const drawing = (strength: number) => {
      const first = [...draws, strength];
      return () => first.shift() ?? random();
    };
    expect(noiseOf(2, drawing(1))).toBeCloseTo(2, 1);
    expect(noiseOf(2, drawing(0))).toBe(0);
  });

  test("draws the same numbers for the same seed, epoch and image, and others for others", () => {
    const first = ([seed, epoch, index]: number[]) => imageRandom(seed, epoch, index)();
    expect(first([1, 2, 3])).toBe(first([1, 2, 3]));
    expect(
      new Set(
        [
          [1, 2, 3],
          [2, 2, 3],
          [1, 3, 3],
          [1, 2, 4],
          [1, 2, -4],
        ].map(first),
      ).size,
    ).toBe(5);
  });
});

describe("a shard", () => {
  const arrays = {
    shape: [1, 2, 1] as const,
    classes: 2,
    images: { size: 2, first: 0, place: { values: createSharedArray(6) } },
    targets: Float32Array.of(1, 0, 0, 1, 1, 0),
    weights: Float32Array.of(1, 2, 3),
    background: [0],
  };

  arrays.images.place.values.set([1, 2, 3, 4, 5, 6]);
  const plan = { seed: 5, epoch: 0, augmentation: undefined };
  const gather = (change: Partial<ShardPlan> & Pick<ShardPlan, "indices">): ShardBatch => {
    const batch = takeFirst(createShardBatch(3, 2, 2), change.indices.length);
    gatherShard(arrays, { ...plan, ...change }, batch);
    return batch;
  };

  test("gathers images, targets and weights in the order of its indices", () => {
    expect(gather({ indices: Uint32Array.of(2, 0) })).toEqual({
      images: Float32Array.of(5, 6, 1, 2),
      targets: Float32Array.of(1, 0, 1, 0),
      weights: Float32Array.of(3, 1),
    });
  });

  test("mixes an image with its neighbour, and the targets in the same share", () => {
    const { images, targets } = gather({ indices: Uint32Array.of(0, 1), augmentation: { mixup: 0.4 } });
    const share = targets[0];
    expect(share).toBeGreaterThanOrEqual(0.5);
    expect(share).toBeLessThanOrEqual(1);
    expect(targets[1]).toBeCloseTo(1 - share, 6);
    expect(images[0]).toBeCloseTo(1 * share + 3 * (1 - share), 5);
    expect(images[1]).toBeCloseTo(2 * share + 4 * (1 - share), 5);
  });
});
