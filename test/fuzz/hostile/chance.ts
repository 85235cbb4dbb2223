// Seeded choices. An input is made of nothing else, so that its target, its place and the seed are all it takes to make it
// again.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export type Chance = {
  /** A whole number from 0 up to, but not, `end`. */
  below(end: number): number;
  /** True once in so many times. */
  once(times: number): boolean;
  oneOf<Item>(items: readonly Item[]): Item;
  bytes(length: number): Uint8Array<ArrayBuffer>;
};

export function createChance(seed: number, target: string, place: number): Chance {
  const random = xoroshiro128plus(hash(`${seed}:${target}:${place}`));
  const uint32 = () => random.next() >>> 0;
  const below = (end: number) => Math.floor((uint32() / 2 ** 32) * end);
  return {
    below,
    once: (times) => below(times) === 0,
    oneOf: (items) => items[below(items.length)],
    bytes: (length) => Uint8Array.from({ length }, uint32),
  };
}

/** FNV-1a: neighbouring places must not have neighbouring seeds. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x0100_0193);
  return value;
}
