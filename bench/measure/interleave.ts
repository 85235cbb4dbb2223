// Times contestants against each other so that whatever else the machine does meets all of them alike: they take turns,
// and each round starts with another one.

/** What is timed is `run`, to the end of its promise if it gives one; `before` and `after` are not. */
export type Contestant = {
  name: string;
  before?: () => Promise<void>;
  run: () => unknown;
  after?: () => Promise<void>;
};

/** Gives each contestant's times in milliseconds, one a round. */
export async function interleave(
  contestants: readonly Contestant[],
  { warmUpRounds, rounds }: { warmUpRounds: number; rounds: number },
): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const { name, before, run, after } of rotate(contestants, round)) {
      await before?.();
      const start = performance.now();
      await run();
      const elapsed = performance.now() - start;
      await after?.();
      if (round >= warmUpRounds) times.get(name)?.push(elapsed);
    }
  }
  return times;
}

/** The same items in the same order, from another one on. */
export function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const from = by % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
}
