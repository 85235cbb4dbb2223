// Times contestants against each other so that whatever else the machine does meets all of them alike: they take turns,
// and each round starts with another one.

/** What is timed is `run`, to the end of its promise if it gives one. */
export type Contestant = { name: string; run: () => unknown };

/** Gives each contestant's times in milliseconds, one a round. */
export async function interleave(
  contestants: readonly Contestant[],
  { warmUpRounds, rounds }: { warmUpRounds: number; rounds: number },
): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const { name, run } of rotate(contestants, round)) {
      const start = performance.now();
      await run();
      const elapsed = performance.now() - start;
      if (round >= 0) times.get(name)?.push(elapsed);
    }
  }
  return times;
}

/** The same items in the same order, from another one on; `by` may be negative. */
export function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const from = ((by % items.length) + items.length) % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
}
