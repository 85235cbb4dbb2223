// What an isolate takes on: never more than its budget, in the order of arrival, and nothing is lost when somebody leaves.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAdmission, type Admit, type Release } from "../../../src/http/load/admission.ts";

const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Asks, and tells what has become of it so far. */
function ask(admit: Admit, cost: { bytes?: number; pixels?: number }, signal = never) {
  const asked = { outcome: "waiting", release: (() => undefined) as Release };
  const follow = async () => {
    const result = await admit({ bytes: 0, pixels: 0, ...cost }, signal);
    asked.outcome = result.ok ? "admitted" : result.error.reason;
    if (result.ok) asked.release = result.value;
  };
  void follow();
  return asked;
}

const outcomes = async (...asked: { outcome: string }[]) => {
  await settle();
  return asked.map(({ outcome }) => outcome);
};

describe("a budget", () => {
  test("is given out until it is used up, and again when it comes back", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 5 });
    const [a, b, c] = [ask(admit, { bytes: 6 }), ask(admit, { bytes: 4 }), ask(admit, { bytes: 1 })];
    expect(await outcomes(a, b, c)).toEqual(["admitted", "admitted", "waiting"]);
    b.release();
    expect(await outcomes(c)).toEqual(["admitted"]);
  });

  test("of bytes is another than that of pixels, and both are taken together", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 5 });
    const both = ask(admit, { bytes: 10, pixels: 10 });
    const [bytes, pixels] = [ask(admit, { bytes: 1 }), ask(admit, { pixels: 1 })];
    expect(await outcomes(both, bytes, pixels)).toEqual(["admitted", "waiting", "waiting"]);
    both.release();
    expect(await outcomes(bytes, pixels)).toEqual(["admitted", "admitted"]);
  });

  test("is wholly for a cost that is larger than it", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 5 });
    const large = ask(admit, { pixels: 1000 });
    const small = ask(admit, { pixels: 1 });
    expect(await outcomes(large, small)).toEqual(["admitted", "waiting"]);
    large.release();
    expect(await outcomes(small)).toEqual(["admitted"]);
  });

  test("is not needed for nothing", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 0 });
    expect(await outcomes(ask(admit, { bytes: 10 }), ask(admit, {}))).toEqual(["admitted", "admitted"]);
  });

  test("comes back once, however often it is given back", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 5 });
    const a = ask(admit, { bytes: 10 });
    await settle();
    a.release();
    a.release();
    const [b, c] = [ask(admit, { bytes: 10 }), ask(admit, { bytes: 10 })];
    expect(await outcomes(b, c)).toEqual(["admitted", "waiting"]);
  });
});

describe("the line", () => {
  test("is served in the order of arrival: a large cost is not overtaken by small ones", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 5 });
    const [first, large, small] = [ask(admit, { bytes: 8 }), ask(admit, { bytes: 9 }), ask(admit, { bytes: 1 })];
    expect(await outcomes(first, large, small)).toEqual(["admitted", "waiting", "waiting"]);
    first.release();
    expect(await outcomes(large, small)).toEqual(["admitted", "admitted"]);
  });

  test("has an end, beyond which everybody is sent away at once", async () => {
    const admit = createAdmission({ bytes: 1, pixels: 1, waiting: 2 });
    const asked = [1, 2, 3, 4].map(() => ask(admit, { bytes: 1 }));
    expect(await outcomes(...asked)).toEqual(["admitted", "waiting", "waiting", "overloaded"]);
    asked[0].release();
    expect(await outcomes(...asked, ask(admit, { bytes: 1 }))).toEqual([
      "admitted",
      "admitted",
      "waiting",
      "overloaded",
      "waiting",
    ]);
  });

  test("is left by whoever gives up, and those behind move up", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 5 });
    const impatient = new AbortController();
    const held = ask(admit, { bytes: 8 });
    const large = ask(admit, { bytes: 9 }, impatient.signal);
    const small = ask(admit, { bytes: 2 });
    expect(await outcomes(held, large, small)).toEqual(["admitted", "waiting", "waiting"]);
    impatient.abort();
    expect(await outcomes(large, small)).toEqual(["aborted", "admitted"]);
    held.release();
    small.release();
    expect(await outcomes(ask(admit, { bytes: 10 }))).toEqual(["admitted"]);
  });

  test("is not joined by whoever has given up already", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 5 });
    expect(await outcomes(ask(admit, { bytes: 1 }, AbortSignal.abort()))).toEqual(["aborted"]);
    expect(await outcomes(ask(admit, { bytes: 10 }))).toEqual(["admitted"]);
  });

  test("gives back the bytes of whoever is sent away or gives up for want of pixels", async () => {
    const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 1 });
    const impatient = new AbortController();
    const held = ask(admit, { pixels: 10 });
    const waiting = ask(admit, { bytes: 5, pixels: 1 }, impatient.signal);
    await settle();
    const sentAway = ask(admit, { bytes: 5, pixels: 1 });
    expect(await outcomes(held, waiting, sentAway)).toEqual(["admitted", "waiting", "overloaded"]);
    impatient.abort();
    expect(await outcomes(waiting, ask(admit, { bytes: 10 }))).toEqual(["aborted", "admitted"]);
  });
});

test("whatever comes, goes and gives up, no more is out than there is, and in the end all of it is back", async () => {
  const step = fc.record({ bytes: fc.nat(12), pixels: fc.nat(12), next: fc.constantFrom("release", "abort", "stay") });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const admit = createAdmission({ bytes: 10, pixels: 10, waiting: 4 });
      const all = [];
      for (const { bytes, pixels, next } of steps) {
        const controller = new AbortController();
        const asked = ask(admit, { bytes, pixels }, controller.signal);
        all.push({ bytes, pixels, asked });
        await settle();
        const held = all.filter((one) => one.asked.outcome === "admitted");
        for (const kind of ["bytes", "pixels"] as const) {
          expect(held.reduce((sum, one) => sum + Math.min(10, one[kind]), 0)).toBeLessThanOrEqual(10);
        }
        if (next === "release" && asked.outcome === "admitted") {
          asked.release();
          asked.outcome = "released";
        }
        if (next === "abort") controller.abort();
      }
      for (let round = 0; round < all.length; round++) {
        await settle();
        for (const { asked } of all) asked.release();
      }
      expect(await outcomes(ask(admit, { bytes: 10, pixels: 10 }))).toEqual(["admitted"]);
    }),
    { seed: 20_261_122, numRuns: 300 },
  );
});
