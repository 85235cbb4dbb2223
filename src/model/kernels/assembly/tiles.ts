// How rows are shared among tiles of 6, 5 and 4 rows: evenly, the higher tiles first, so that all are full but for 7 rows and
// for fewer than 4.

/** As few as hold the rows. */
@inline
export function tilesOf(rows: i32): i32 {
  return (rows + 5) / 6;
}

/** Tiles of 6 rows. */
@inline
export function sixesOf(rows: i32): i32 {
  return max(0, rows - 5 * tilesOf(rows));
}

/** Tiles of 5 rows, which come next; whatever is left is for tiles of 4. */
@inline
export function fivesOf(rows: i32): i32 {
  const tiles = tilesOf(rows);
  return rows < 5 * tiles ? max(0, rows - 4 * tiles) : tiles - sixesOf(rows);
}

/** The `k`-th row of a tile that begins at row `i`. Only tiles of 4 rows may reach to `to`: they have the row before it again. */
@inline
export function rowOf(k: i32, height: i32, i: i32, to: i32): i32 {
  return height > 4 ? i + k : min(i + k, to - 1);
}

/** Of a row, by the table of all. */
@inline
export function offset(table: usize, i: i32): usize {
  return <usize>load<u32>(table + (<usize>i << 2));
}
