// The kernels of a convolution, in both builds, against sums in double precision.
import { assert, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { convolveFilterGradient } from "../../../../train/kernels/convolution/gradients/filter-gradient.ts";
import { convolveForward } from "../../../../train/kernels/convolution/forward.ts";
import { convolveInputGradient } from "../../../../train/kernels/convolution/gradients/input-gradient.ts";
import { BUILDS, createGuardedWorkspace } from "../guarded-workspace.ts";
import {
  gated,
  geometries,
  numbers,
  plainFilterGradient,
  plainForward,
  plainInputGradient,
  scales,
  sizeOf,
  wholeNumbers,
} from "./plain-convolution.ts";

const SEED = 20261122;
const settings = { seed: SEED, numRuns: 80, verbose: 1 } as const;

describe.for(BUILDS)(`the %s build, seed ${SEED}`, (build) => {
  test("convolves as plain sums do, with bias and ReLU, and writes nothing beside it", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const cases = geometries().chain((geometry) =>
      record({
        x: numbers(sizeOf(geometry.inShape)),
        w: wholeNumbers(sizeOf(geometry.filterShape)),
        bias: wholeNumbers(geometry.outChannels),
        scale: scales,
      }).map(({ x, w, bias, scale }) => ({
        geometry,
        w,
        x: x.map((value) => value * scale),
        bias: bias.map((value) => value * scale),
      })),
    );
    const check = property(cases, ({ geometry, x, w, bias }) => {
      for (const clips of [false, true]) {
        reset();
        const y = output(sizeOf(geometry.outShape));
        convolveForward(workspace, geometry, { x: place(x), filter: place(w), bias: place(bias), y }, clips);
        expect(read(y, sizeOf(geometry.outShape))).toEqual(plainForward(geometry, { x, w, bias, clips }));
        expect(overruns()).toBe(0);
      }
    });
    assert(check, settings);
  });

  test("sums the gradient of a filter as plain sums do, through a ReLU or not, and writes nothing beside it", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const cases = geometries().chain((geometry) =>
      record({
        x: numbers(sizeOf(geometry.inShape)),
        dy: wholeNumbers(sizeOf(geometry.outShape)),
        y: wholeNumbers(sizeOf(geometry.outShape)),
        scale: scales,
      }).map(({ x, dy, y, scale }) => ({ geometry, dy, y, x: x.map((value) => value * scale) })),
    );
    const check = property(cases, ({ geometry, x, dy, y }) => {
      for (const isGated of [false, true]) {
        reset();
        const gradient = output(sizeOf(geometry.filterShape));
        const addresses = { x: place(x), dy: place(dy), gate: isGated ? place(y) : 0, filterGradient: gradient };
        convolveFilterGradient(workspace, geometry, addresses);
        const expected = plainFilterGradient(geometry, x, isGated ? gated(dy, y) : dy);
        expect(read(gradient, expected.length)).toEqual(expected);
        expect(overruns()).toBe(0);
      }
    });
    assert(check, settings);
  });

  test("sums the gradient of images as plain sums do, through a ReLU or not, and writes nothing beside it", async () => {
    const { workspace, reset, place, output, read, overruns } = await createGuardedWorkspace(build);
    const cases = geometries().chain((geometry) =>
      record({
        w: wholeNumbers(sizeOf(geometry.filterShape)),
        dy: wholeNumbers(sizeOf(geometry.outShape)),
        y: wholeNumbers(sizeOf(geometry.outShape)),
      }).map((values) => ({ geometry, ...values })),
    );
    const check = property(cases, ({ geometry, w, dy, y }) => {
      for (const isGated of [false, true]) {
        reset();
        const dx = output(sizeOf(geometry.inShape));
        const addresses = { dy: place(dy), gate: isGated ? place(y) : 0, filter: place(w), dx };
        convolveInputGradient(workspace, geometry, addresses);
        const expected = plainInputGradient(geometry, w, isGated ? gated(dy, y) : dy);
        expect(read(dx, expected.length)).toEqual(expected);
        expect(overruns()).toBe(0);
      }
    });
    assert(check, settings);
  });
});
