// One door of the product that strangers reach.

import type { Chance } from "../hostile/chance.ts";

/** `input` is shown to whoever wants to see it; `put` gives the outcome's name, and throws if there must be none such. */
export type Trial = { input: unknown; put: () => Promise<string> };

export type Target = {
  name: string;
  /** How many of every hundred inputs are for it. */
  share: number;
  /** Makes what all of its inputs need, once. */
  open: () => Promise<(chance: Chance) => Trial>;
};

/** What an outcome must be and is not. */
export function expectSo(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(what);
}
