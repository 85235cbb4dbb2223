// One arena for all values of a plan: those that are never needed at the same time share memory.

/** A buffer, and the first and last step at which it is in use. */
export type Lifetime = { id: number; bytes: number; from: number; to: number };

/** Vectors are read and written faster where they do not cross a cache line. */
const ALIGNMENT_BYTES = 64;

/** Largest first, each at the lowest offset that is free for its whole life. */
export function assignOffsets(lifetimes: readonly Lifetime[]): { offsets: Map<number, number>; bytes: number } {
  const placed: (Lifetime & { offset: number })[] = [];
  for (const buffer of lifetimes.toSorted((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    const inTheWay = placed
      .filter(({ from, to }) => from <= buffer.to && buffer.from <= to)
      .toSorted((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const other of inTheWay) {
      if (offset + buffer.bytes <= other.offset) break;
      offset = Math.max(offset, align(other.offset + other.bytes));
    }
    placed.push({ ...buffer, offset });
  }
  return {
    offsets: new Map(placed.map(({ id, offset }) => [id, offset])),
    bytes: placed.reduce((end, { offset, bytes }) => Math.max(end, align(offset + bytes)), 0),
  };
}

const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
