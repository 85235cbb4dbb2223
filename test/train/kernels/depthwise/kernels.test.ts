// The kernels of a depthwise convolution, in both builds, against sums in double precision.
import { assert, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { sumFilterGradient, sumForward, sumInputGradient } from "../../../../train/kernels/depthwise/sums.ts";
import {
  geometries,
  numbers,
  plainFilterGradient,
  plainForward,
  plainInputGradient,
  sizeOf,
  wholeNumbers,
} from "../convolution/plain-convolution.ts";
import { BUILDS, createGuardedWorkspace } from "../guarded-workspace.ts";

const SEED = 20261122;
const settings = { seed: SEED, numRuns: 80, verbose: 1 } as const;

describe.for(BUILDS)(`the %s build, seed ${SEED}`, (build) => {
  test("convolves channels as plain sums do, with bias and ReLU, and writes nothing beside it", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const cases = geometries(true).chain((geometry) =>
      record({
        x: numbers(sizeOf(geometry.inShape)),
        w: wholeNumbers(geometry.filterHeight * geometry.filterWidth * geometry.inChannels),
        bias: wholeNumbers(geometry.outChannels),
      }).map((values) => ({ geometry, ...values })),
    );
    const check = property(cases, ({ geometry, x, w, bias }) => {
      for (const clips of [false, true]) {
        reset();
        const y = output(sizeOf(geometry.outShape));
        sumForward(workspace, geometry, { x: place(x), filter: place(w), bias: place(bias), y }, clips);
        expect(read(y, sizeOf(geometry.outShape))).toEqual(plainForward(geometry, { x, w, bias, clips }, true));
        expect(overruns()).toBe(0);
      }
    });
    assert(check, settings);
  });

  test("sums the gradients of filter and images as plain sums do, and writes nothing beside them", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const cases = geometries(true).chain((geometry) =>
      record({
        x: numbers(sizeOf(geometry.inShape)),
        w: wholeNumbers(geometry.filterHeight * geometry.filterWidth * geometry.inChannels),
        dy: wholeNumbers(sizeOf(geometry.outShape)),
      }).map((values) => ({ geometry, ...values })),
    );
    const check = property(cases, ({ geometry, x, w, dy }) => {
      reset();
      const [gradient, dx] = [output(w.length), output(x.length)];
      const dyAt = place(dy);
      sumFilterGradient(workspace, geometry, { x: place(x), dy: dyAt, filterGradient: gradient });
      sumInputGradient(workspace, geometry, { dy: dyAt, filter: place(w), dx });
      expect(read(gradient, w.length)).toEqual(plainFilterGradient(geometry, x, dy, true));
      expect(read(dx, x.length)).toEqual(plainInputGradient(geometry, w, dy, true));
      expect(overruns()).toBe(0);
    });
    assert(check, settings);
  });
});
