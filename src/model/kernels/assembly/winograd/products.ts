// Products of one panel of 8 columns with rows that follow each other, in tiles of 6, 5 or 4 rows: as many as there are
// are parted as evenly as can be, because a tile of 4 takes two thirds of the time of one of 6.

import { madd } from "../madd";

/** C = A B: `rows` rows of A, `rowBytes` apart and `depth` numbers long, a multiple of 4; rows of C have 8 numbers and follow
 * each other. Of fewer than 4 rows, what follows them in A and C is read and written as well. */
export function multiplyPanel(rows: i32, depth: i32, a: usize, rowBytes: usize, panel: usize, c: usize): void {
  const depthBytes = <usize>depth << 2;
  for (let left = rows, tiles = (rows + 5) / 6; tiles > 0; tiles--) {
    const count = left / tiles;
    if (count == 6) multiplyRows(6, depthBytes, a, rowBytes, panel, c);
    else if (count == 5) multiplyRows(5, depthBytes, a, rowBytes, panel, c);
    else multiplyRows(4, depthBytes, a, rowBytes, panel, c);
    // At least as many as were made in the last tile.
    const made = max(count, 4);
    a += <usize>made * rowBytes; c += <usize>made << 5; left -= made;
  }
}

@inline
function multiplyRows(count: i32, depthBytes: usize, row: usize, rowBytes: usize, panel: usize, c: usize): void {
  let a0 = row, a1 = a0 + rowBytes, a2 = a1 + rowBytes, a3 = a2 + rowBytes, a4 = a3, a5 = a3;
  if (count > 4) a4 = a3 + rowBytes;
  if (count > 5) a5 = a4 + rowBytes;
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  let b0: v128, b1: v128, x: v128;
  const end = a0 + depthBytes;
  while (a0 < end) {
    b0 = v128.load(panel, 0); b1 = v128.load(panel, 16);
    x = v128.load32_splat(a0, 0); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1, 0); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2, 0); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3, 0); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    if (count > 4) { x = v128.load32_splat(a4, 0); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
    if (count > 5) { x = v128.load32_splat(a5, 0); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

    b0 = v128.load(panel, 32); b1 = v128.load(panel, 48);
    x = v128.load32_splat(a0, 4); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1, 4); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2, 4); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3, 4); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    if (count > 4) { x = v128.load32_splat(a4, 4); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
    if (count > 5) { x = v128.load32_splat(a5, 4); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

    b0 = v128.load(panel, 64); b1 = v128.load(panel, 80);
    x = v128.load32_splat(a0, 8); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1, 8); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2, 8); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3, 8); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    if (count > 4) { x = v128.load32_splat(a4, 8); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
    if (count > 5) { x = v128.load32_splat(a5, 8); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

    b0 = v128.load(panel, 96); b1 = v128.load(panel, 112);
    x = v128.load32_splat(a0, 12); c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1, 12); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2, 12); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3, 12); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    if (count > 4) { x = v128.load32_splat(a4, 12); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
    if (count > 5) { x = v128.load32_splat(a5, 12); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }

    a0 += 16; a1 += 16; a2 += 16; a3 += 16; panel += 128;
    if (count > 4) a4 += 16;
    if (count > 5) a5 += 16;
  }
  v128.store(c, c00, 0); v128.store(c, c01, 16);
  v128.store(c, c10, 32); v128.store(c, c11, 48);
  v128.store(c, c20, 64); v128.store(c, c21, 80);
  v128.store(c, c30, 96); v128.store(c, c31, 112);
  if (count > 4) { v128.store(c, c40, 128); v128.store(c, c41, 144); }
  if (count > 5) { v128.store(c, c50, 160); v128.store(c, c51, 176); }
}
