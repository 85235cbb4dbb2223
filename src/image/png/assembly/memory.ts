// Where everything stands in the decoder's memory: what the host writes, a window, the codes of a block, and then rows.

const BASE: usize = (__heap_base + 15) & ~15;

/** Compressed bytes, which the host writes here. */
export const RAW: usize = BASE;
const RAW_BYTES: usize = 65536;

export const HISTORY: usize = 32768;
export const WINDOW: usize = RAW + RAW_BYTES + 16;
/** Beyond it nothing new is begun; a match takes 258 bytes at most. */
export const FULL: usize = WINDOW + HISTORY + 65536;

/** Codes: a lookup by the next ten bits, then for longer ones how many codes there are of each length, and the symbols. */
export const LOOKUP_BITS: i32 = 10;
export const COUNTS: usize = 2 << LOOKUP_BITS;
export const SYMBOLS: usize = COUNTS + 2 * 16;
export const CODE_BYTES: usize = SYMBOLS + 2 * 320;
export const LITERALS: usize = FULL + 512;
export const DISTANCES: usize = LITERALS + CODE_BYTES;
export const LENGTHS: usize = DISTANCES + CODE_BYTES;

/** What comes behind. */
export const END: usize = LENGTHS + 512;
