// Ten thousand hostile inputs to every door, and that whoever puts them would notice.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createAccountFile } from "./run/account-file.ts";
import { createCampaign, openAccount } from "./run/campaign.ts";
import { engineHeapBytes } from "./run/engine-heap.ts";
import { findGrowth, type Held } from "./run/growth.ts";
import { createSchedule } from "./run/schedule.ts";
import { TARGETS } from "./targets/all-targets.ts";
import type { Target } from "./targets/target.ts";

const SEED = 1;
const INPUTS = 10_000;

test(`${INPUTS} inputs of seed ${SEED} are answered or refused, and nothing grows`, async () => {
  const account = openAccount(SEED);
  const growth = await createCampaign(TARGETS).run(account, INPUTS);
  expect(account.findings.map(({ target, place, what }) => `${target}:${place} ${what}`)).toEqual([]);
  expect(growth).toEqual([]);
  expect(engineHeapBytes()).toBeGreaterThan(0);
  expect(account.next).toBe(INPUTS);
  expect(Object.keys(account.outcomes).toSorted()).toEqual(TARGETS.map(({ name }) => name).toSorted());
  // Nothing would be tried if all were refused at the first look.
  for (const [target, outcome] of [
    ["png", "decoded"],
    ["jpeg", "decoded"],
    ["webp", "decoded"],
    ["native-json", "200"],
    ["native-form", "200"],
    ["compressed", "200"],
    ["tf-serving", "200"],
    ["open-inference", "200"],
    ["binary-tensors", "200"],
    ["credentials", "200"],
    ["bundles", "taken"],
  ]) {
    expect(account.outcomes[target][outcome], `${target} ${outcome}`).toBeGreaterThan(0);
  }
});

test("targets take turns by their shares, and each place of each is met once, wherever a run begins", () => {
  const scheduleOf = createSchedule([
    { name: "a", share: 3 },
    { name: "b", share: 1 },
  ]);
  const met = Array.from({ length: 8 }, (_, input) => scheduleOf(input)).map(({ target, place }) => target + place);
  expect(met).toEqual(["a0", "b0", "a1", "a2", "a3", "b1", "a4", "a5"]);
});

const counting = (put: (place: number) => Promise<string>): Target[] => {
  let place = 0;
  return [{ name: "counter", share: 1, open: async () => () => ({ input: place, put: () => put(place++) }) }];
};

test("what throws is a finding that names its place, and the run goes on", async () => {
  const account = openAccount(SEED);
  const targets = counting(async (place) => {
    if (place === 3) throw new Error("a bug");
    return "fine";
  });
  await createCampaign(targets).run(account, 5);
  expect(account.findings).toEqual([{ target: "counter", place: 3, what: expect.stringContaining("a bug") }]);
  expect(account.outcomes).toEqual({ counter: { fine: 4, FOUND: 1 } });
});

test("an input that makes the engine's heap grow is a finding", async () => {
  let heapBytes = 16;
  const account = openAccount(SEED);
  const targets = counting(async (place) => {
    if (place === 3) heapBytes += 5;
    return "fine";
  });
  await createCampaign(targets, () => heapBytes).run(account, 6);
  expect(account.findings).toEqual([{ target: "counter", place: 3, what: "the engine's heap grew by 5 bytes" }]);
});

test("a run that is ended goes on where it was, and not over an input that ended it", async () => {
  const targets = counting(async () => "fine");
  const path = join(mkdtempSync(join(tmpdir(), "edgescope-fuzz-")), "seed-1.json");
  const file = createAccountFile(path, targets);
  expect(file.read()).toBeUndefined();
  const account = openAccount(SEED);
  await createCampaign(targets).run(account, 4);
  file.write({ ...account, skipped: [5] });
  const position = file.openPosition();
  position.note(5);
  position.close();
  expect(file.position()).toBe(5);

  const taken = createAccountFile(path, targets).read() ?? openAccount(0);
  const put: number[] = [];
  await createCampaign(targets).run(taken, 8, (input) => put.push(input));
  expect(put).toEqual([4, 5, 6, 7]);
  expect(taken).toMatchObject({ seed: SEED, next: 8, outcomes: { counter: { fine: 7 } } });
  expect(createAccountFile(path, [{ name: "counter", share: 2 }]).read()).toBeUndefined();
});

test("what leaves its plateau has grown; what warms up or swings has not", () => {
  const held = (heapMib: number, tensors = 5): Held => ({
    heapBytes: heapMib * 2 ** 20,
    bufferBytes: 0,
    codecBytes: 0,
    engineBytes: 16 * 2 ** 20,
    tensors,
  });
  const warming = [20, 40, 60, 80, 80, 80, 80, 80, 80, 80, 80, 80].map((mib) => held(mib));
  const swinging = Array.from({ length: 12 }, (_, i) => held(80 + 20 * (i % 2)));
  const growing = Array.from({ length: 12 }, (_, i) => held(80 + 2 * i));
  const leaking = Array.from({ length: 12 }, (_, i) => held(80, 5 + Math.floor(i / 4)));
  expect([warming, swinging].map(findGrowth)).toEqual([[], []]);
  expect(findGrowth(growing)).toEqual([expect.stringContaining("heapBytes")]);
  expect(findGrowth(leaking)).toEqual([expect.stringContaining("tensors")]);
});
