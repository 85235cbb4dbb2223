// Where everything stands in the decoder's memory: fixed regions first, then what a frame needs, laid out and counted
// before a byte of it is allocated. No garbage collector, no allocator.

const BASE: usize = (__heap_base + 15) & ~15;

/** Bytes of the file as they come, which the host writes here. */
export const RAW: usize = BASE;
export const RAW_BYTES: usize = 65536;

/** Of one MCU: 10 blocks (ITU T.81, B.2.3), each 64 codes of 16 bits with 15 more at most; and what a refill reads ahead. */
export const MCU_BYTES: usize = 2560;

/** Entropy-coded bytes without stuffing: what one MCU may need beside a whole RAW, and as much again to read past the end. */
export const CLEAN: usize = RAW + RAW_BYTES + 16;
const CLEAN_BYTES: usize = RAW_BYTES + 3 * MCU_BYTES;

/** Four DC tables, then four AC tables; each a lookup by the next bits, then canonical limits, offsets and symbols. */
export const TABLES: usize = CLEAN + CLEAN_BYTES;
export const LOOKUP_BITS: i32 = 12;
export const LIMITS: usize = 4 << LOOKUP_BITS;
export const OFFSETS: usize = LIMITS + 4 * 18;
export const SYMBOLS: usize = OFFSETS + 4 * 18;
export const TABLE_BYTES: usize = SYMBOLS + 256;

/** One for each AC table: how far the symbols in the next bits go where no coefficient is wanted. */
export const SKIPS: usize = TABLES + 8 * TABLE_BYTES;
export const SKIP_BITS: i32 = 13;
export const SKIP_BYTES: usize = 2 << SKIP_BITS;

/** Components of the frame, then the order of the scan's components. */
export const COMPONENTS: usize = SKIPS + 4 * SKIP_BYTES;
const COMPONENT_BYTES: usize = 1024;
export const SCAN: usize = COMPONENTS + 3 * COMPONENT_BYTES;

/** One block's coefficients, dequantised, as 32-bit integers in natural order; one more place for those not wanted. */
export const BLOCK: usize = SCAN + 16;
export const UNWANTED: u32 = 256;
export const WORK: usize = BLOCK + 272;

/** Range of YCbCr to RGB: four tables of 256 32-bit integers. */
export const COLOURS: usize = WORK + 512;

/** What a frame needs begins here. */
export const FRAME: usize = COLOURS + 4096;

// A component's record.
export const ACROSS: usize = 0;
export const DOWN: usize = 4;
/** Side of its blocks' inverse transform; 0 when its samples are not wanted. */
export const SIDE: usize = 8;
export const PLANE: usize = 12;
export const STRIDE: usize = 16;
/** Blocks a row with those that fill the last MCU, and blocks that hold part of the picture. */
export const BLOCKS_ACROSS: usize = 20;
export const REAL_ACROSS: usize = 24;
export const REAL_DOWN: usize = 28;
/** Samples of its plane that belong to the picture. */
export const WIDTH: usize = 32;
export const HEIGHT: usize = 36;
/** How its samples become the picture's. */
export const KIND: usize = 40;
export const REPEAT_X: usize = 44;
export const REPEAT_Y: usize = 48;
/** Rows of its plane: one strip's, and those kept from the strip before. */
export const STRIP_ROWS: usize = 52;
export const KEPT_ROWS: usize = 56;
export const PREDICTION: usize = 60;
export const COEFFICIENTS: usize = 64;
export const COEFFICIENT_BYTES: usize = 68;
export const MASKS: usize = 72;
export const DC_TABLE: usize = 76;
export const AC_TABLE: usize = 80;
export const SKIP_TABLE: usize = 84;
/** By place in the zigzag: offset in BLOCK, and in the upper half the quantiser's step; 80 entries, for runs too long. */
export const PLACES: usize = 128;
/** By place in the zigzag: which of the stored coefficients it is, or NOT_STORED. */
export const SLOTS: usize = PLACES + 4 * 80;
export const NOT_STORED: u32 = 255;
/** A row of its samples at the picture's width. */
export const ROW: usize = 512;

// @ts-ignore: decorator
@inline export function component(index: i32): usize {
  return COMPONENTS + <usize>index * COMPONENT_BYTES;
}

/** Where the samples of a block are left that is so many rows of blocks below the strip's first. */
// @ts-ignore: decorator
@inline export function samplesAt(c: usize, side: i32, stride: usize, blockX: i32, inStrip: i32): usize {
  const row = load<i32>(c + KEPT_ROWS) + inStrip * side;
  return load<usize>(c + PLANE) + <usize>row * stride + <usize>(blockX * side);
}

/** Natural order by place in the zigzag (ITU T.81, figure A.6). */
const ZIGZAG = memory.data<u8>([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55,
  62, 63,
]);

// @ts-ignore: decorator
@inline export function natural(k: i32): i32 {
  return <i32>load<u8>(ZIGZAG + <usize>k);
}
