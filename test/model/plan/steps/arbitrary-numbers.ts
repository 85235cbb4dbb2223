// Numbers for kernels, from a seed: ordinary ones, and the ones that break arithmetic.

const DENORMAL = 1e-41;

// Not the largest floats: the CPU backend sums in doubles, which overflow later.
const STRANGE = [Number.NaN, Infinity, -Infinity, DENORMAL, -DENORMAL, 0, -0];

export type Numbers = {
  /** Between -4 and 4. */
  ordinary: (length: number) => Float32Array;
  /** One number in thirty is a strange one. */
  mixed: (length: number) => Float32Array;
};

/** The same numbers for the same seed. */
export function numbersFrom(seed: number): Numbers {
  let state = seed >>> 0;
  // A linear congruential generator (Numerical Recipes, section 7.1): its upper bits are as random as this needs.
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const ordinary = () => next() * 8 - 4;
  const mixed = () => (next() < 1 / 30 ? STRANGE[Math.floor(next() * STRANGE.length)] : ordinary());
  return {
    ordinary: (length) => Float32Array.from({ length }, ordinary),
    mixed: (length) => Float32Array.from({ length }, mixed),
  };
}
