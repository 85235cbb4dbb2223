// The prefix codes of DEFLATE (RFC 1951, 3.2.2), made from the lengths of their words.

export const MAX_CODE_BITS = 15;

/** Words of up to so many bits are looked up at once. */
export const FAST_BITS = 9;

/**
 * `fast`, indexed by the next bits of the stream, has symbol * 16 + length, and 0 for longer words; `counts`, by length,
 * and `symbols`, in the order of their words, are the code's canonical form.
 */
export type PrefixCode = { fast: Uint16Array; counts: Uint16Array; symbols: Uint16Array };

/** Lengths that make no complete code are taken: a stream that uses what is missing meets no word. */
export function createPrefixCode(lengths: Uint8Array): PrefixCode {
  const counts = new Uint16Array(MAX_CODE_BITS + 1);
  for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]]++;
  counts[0] = 0;
  const words = new Uint16Array(MAX_CODE_BITS + 2);
  const places = new Uint16Array(MAX_CODE_BITS + 2);
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    words[length + 1] = (words[length] + counts[length]) << 1;
    places[length + 1] = places[length] + counts[length];
  }
  const symbols = new Uint16Array(lengths.length);
  const fast = new Uint16Array(1 << FAST_BITS);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length === 0) continue;
    symbols[places[length]++] = symbol;
    const word = words[length]++;
    if (length > FAST_BITS) continue;
    const entry = (symbol << 4) | length;
    for (let at = reverse(word, length); at < fast.length; at += 1 << length) fast[at] = entry;
  }
  return { fast, counts, symbols };
}

/** Words come with their most significant bit first, everything else of a stream with its least significant one. */
function reverse(word: number, length: number): number {
  let reversed = 0;
  for (let i = 0; i < length; i++) reversed |= ((word >> i) & 1) << (length - 1 - i);
  return reversed;
}
