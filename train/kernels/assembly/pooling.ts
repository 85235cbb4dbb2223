// Gradients of pooling, four channels at a time. Windows are cut at the images' edges. dx is cleared by the
// caller unless a kernel says otherwise.

/**
 * Adds each window's dy to the pixel where x is largest, the first of equals, as the CPU backend does; NaN is never the
 * largest, and a window of nothing else passes nothing on.
 */
export function maxPoolGradient(
  images: i32, height: i32, width: i32, channels: i32, x: usize, outHeight: i32, outWidth: i32, dy: usize,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32, dx: usize,
): void {
  const pixelBytes = <usize>channels << 2, rowBytes = <usize>width * pixelBytes, vectorEnd = pixelBytes & ~15;
  const lowest = f32x4.splat(-Infinity);
  const distance = dx - x;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y0 = row * strideY - top, fromY = max(y0, 0), toY = min(y0 + windowHeight, height);
      for (let column = 0; column < outWidth; column++, dy += pixelBytes) {
        const x0 = column * strideX - left, fromX = max(x0, 0), toX = min(x0 + windowWidth, width);
        const window = x + <usize>(image * height + fromY) * rowBytes + <usize>fromX * pixelBytes;
        const windowBytes = <usize>(toX - fromX) * pixelBytes;
        let c: usize = 0;
        if (toY - fromY == 2 && toX - fromX == 2) {
          for (; c < vectorEnd; c += 16) {
            const p = window + c, q = p + rowBytes;
            const a = v128.load(p), b = v128.load(p + pixelBytes), d = v128.load(q), e = v128.load(q + pixelBytes);
            const largest = f32x4.pmax(f32x4.pmax(f32x4.pmax(f32x4.pmax(lowest, a), b), d), e);
            let open = v128.and(v128.load(dy + c), f32x4.gt(largest, lowest));
            open = pass(p + distance, a, largest, open);
            open = pass(p + pixelBytes + distance, b, largest, open);
            open = pass(q + distance, d, largest, open);
            pass(q + pixelBytes + distance, e, largest, open);
          }
        }
        for (; c < vectorEnd; c += 16) {
          let largest = lowest;
          let line = window + c;
          for (let i = fromY; i < toY; i++, line += rowBytes) {
            for (let p = line; p < line + windowBytes; p += pixelBytes) largest = f32x4.pmax(largest, v128.load(p));
          }
          let open = v128.and(v128.load(dy + c), f32x4.gt(largest, lowest));
          line = window + c;
          for (let i = fromY; i < toY; i++, line += rowBytes) {
            for (let p = line; p < line + windowBytes; p += pixelBytes) open = pass(p + distance, v128.load(p), largest, open);
          }
        }
        for (; c < pixelBytes; c += 4) {
          let largest: f32 = -Infinity;
          let at: usize = 0;
          let line = window + c;
          for (let i = fromY; i < toY; i++, line += rowBytes) {
            for (let p = line; p < line + windowBytes; p += pixelBytes) {
              if (load<f32>(p) > largest) { largest = load<f32>(p); at = p; }
            }
          }
          if (at) store<f32>(at + distance, load<f32>(at + distance) + load<f32>(dy + c));
        }
      }
    }
  }
}

/** Adds what is `open` to dx where x is the largest, and gives what is left for the window's other pixels. */
@inline
function pass(dx: usize, x: v128, largest: v128, open: v128): v128 {
  const isLargest = f32x4.eq(x, largest);
  v128.store(dx, f32x4.add(v128.load(dx), v128.and(open, isLargest)));
  return v128.andnot(open, isLargest);
}

/**
 * The same where windows of 2x2 pixels tile the images, of a number of channels that is a multiple of 4: every pixel has one
 * window, and dx need not be cleared. `rows` and `columns` are the windows of all images and of a row.
 */
export function maxPoolTilesGradient(rows: i32, columns: i32, channels: i32, x: usize, dy: usize, dx: usize): void {
  const pixelBytes = <usize>channels << 2, rowBytes = <usize>columns * pixelBytes << 1;
  const lowest = f32x4.splat(-Infinity);
  const distance = dx - x;
  for (let row = 0; row < rows; row++, x += rowBytes) {
    for (let column = 0; column < columns; column++, x += pixelBytes) {
      for (const end = x + pixelBytes; x < end; x += 16, dy += 16) {
        const b1 = x + pixelBytes, c1 = x + rowBytes, d1 = c1 + pixelBytes;
        const a = v128.load(x), b = v128.load(b1), c = v128.load(c1), d = v128.load(d1);
        const largest = f32x4.pmax(f32x4.pmax(f32x4.pmax(f32x4.pmax(lowest, a), b), c), d);
        let open = v128.and(v128.load(dy), f32x4.gt(largest, lowest));
        open = put(x + distance, a, largest, open);
        open = put(b1 + distance, b, largest, open);
        open = put(c1 + distance, c, largest, open);
        put(d1 + distance, d, largest, open);
      }
    }
  }
}

/** What is `open` becomes dx where x is the largest, which is 0 elsewhere; gives what is left for the window's other pixels. */
@inline
function put(dx: usize, x: v128, largest: v128, open: v128): v128 {
  const isLargest = f32x4.eq(x, largest);
  v128.store(dx, v128.and(open, isLargest));
  return v128.andnot(open, isLargest);
}

/** Adds each window's dy, divided by the pixels that window and image share, to those pixels. */
export function averagePoolGradient(
  images: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, dy: usize,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32, dx: usize,
): void {
  const pixelBytes = <usize>channels << 2, rowBytes = <usize>width * pixelBytes, vectorEnd = pixelBytes & ~15;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y0 = row * strideY - top, fromY = max(y0, 0), toY = min(y0 + windowHeight, height);
      for (let column = 0; column < outWidth; column++, dy += pixelBytes) {
        const x0 = column * strideX - left, fromX = max(x0, 0), toX = min(x0 + windowWidth, width);
        const share: f32 = 1 / <f32>((toY - fromY) * (toX - fromX));
        const shares = f32x4.splat(share);
        for (let i = fromY; i < toY; i++) {
          let p = dx + <usize>(image * height + i) * rowBytes + <usize>fromX * pixelBytes;
          for (let j = fromX; j < toX; j++, p += pixelBytes) {
            let c: usize = 0;
            for (; c < vectorEnd; c += 16) {
              v128.store(p + c, f32x4.add(v128.load(p + c), f32x4.mul(v128.load(dy + c), shares)));
            }
            for (; c < pixelBytes; c += 4) store<f32>(p + c, load<f32>(p + c) + load<f32>(dy + c) * share);
          }
        }
      }
    }
  }
}
