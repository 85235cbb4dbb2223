// Puts inputs to targets, one after the other, and keeps account of what came of them.

import { createChance } from "../hostile/chance.ts";
import type { Target, Trial } from "../targets/target.ts";
import { engineHeapBytes } from "./engine-heap.ts";
import { findGrowth, measureHeld, type Held } from "./growth.ts";
import { createSchedule, type Scheduled } from "./schedule.ts";

export type Finding = Scheduled & { what: string };

export type Account = {
  seed: number;
  /** The number of the next input. */
  next: number;
  /** How often each target came to each outcome. */
  outcomes: Record<string, Record<string, number>>;
  findings: Finding[];
  /** The longest that each target took for an input. */
  slowest: Record<string, { place: number; ms: number }>;
  /** Inputs that have ended a process and are not put again. */
  skipped: number[];
};

export const openAccount = (seed: number): Account => ({
  seed,
  next: 0,
  outcomes: {},
  findings: [],
  slowest: {},
  skipped: [],
});

/** Collecting garbage takes as long as many inputs do. */
const MOST_SAMPLES = 400;
const SAMPLE_EVERY = 500;
const MOST_FINDINGS = 100;

export type Campaign = {
  /** Puts inputs until `end` of them have been put, the account's earlier ones among them. Gives what has grown. */
  run(account: Account, end: number, onInput?: (input: number) => void): Promise<string[]>;
  /** One input, made again. */
  make(seed: number, scheduled: Scheduled): Promise<Trial>;
};

/** A target is opened when its first input is made. An input that the engine's heap grows for is a finding. */
export function createCampaign(targets: readonly Target[], heapBytes = engineHeapBytes): Campaign {
  const byName = new Map(targets.map((target) => [target.name, target]));
  const opened = new Map<string, ReturnType<Target["open"]>>();
  const scheduleOf = createSchedule(targets);

  async function make(seed: number, { target, place }: Scheduled): Promise<Trial> {
    const known = byName.get(target);
    if (!known) throw new Error(`no such target: ${target}`);
    const opening = opened.get(target) ?? known.open();
    opened.set(target, opening);
    return (await opening)(createChance(seed, target, place));
  }

  return {
    make,
    async run(account, end, onInput) {
      const samples: Held[] = [];
      const sampleEvery = Math.max(SAMPLE_EVERY, Math.ceil(end / MOST_SAMPLES));
      while (account.next < end && account.findings.length < MOST_FINDINGS) {
        const input = account.next;
        onInput?.(input);
        if (!account.skipped.includes(input)) {
          const scheduled = scheduleOf(input);
          const trial = await make(account.seed, scheduled);
          const before = heapBytes();
          await put(trial, scheduled, account);
          const grown = heapBytes() - before;
          if (grown > 0) account.findings.push({ ...scheduled, what: `the engine's heap grew by ${grown} bytes` });
        }
        account.next++;
        if (account.next % sampleEvery === 0) samples.push(await measureHeld());
      }
      return findGrowth(samples);
    },
  };
}

async function put(trial: Trial, scheduled: Scheduled, account: Account): Promise<void> {
  const { target, place } = scheduled;
  const outcomes = (account.outcomes[target] ??= {});
  const began = performance.now();
  let outcome = "FOUND";
  try {
    outcome = await trial.put();
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    account.findings.push({ ...scheduled, what });
  }
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const ms = performance.now() - began;
  if (ms > (account.slowest[target]?.ms ?? 0)) account.slowest[target] = { place, ms };
}
