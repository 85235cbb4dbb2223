// Pooling, four channels at a time. Windows are cut at the image's edges here, so images need no borders. `x` and `y` are
// the first pixels, `pixelBytes` from one pixel to the next in both.

/** As the CPU backend's: NaN is never the largest, and a window of nothing else gives -Infinity. */
export function maxPool(
  height: i32, width: i32, channels: i32, x: usize, xHeight: i32, xWidth: i32, xPitch: usize, pixelBytes: usize,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32, y: usize, yPitch: usize,
): void {
  const lowest = f32x4.splat(-Infinity);
  const end = <usize>channels << 2;
  for (let row = 0; row < height; row++) {
    const y0 = row * strideY - top, fromY = max(y0, 0), toY = min(y0 + windowHeight, xHeight);
    for (let column = 0; column < width; column++) {
      const x0 = column * strideX - left, fromX = max(x0, 0), toX = min(x0 + windowWidth, xWidth);
      const output = y + <usize>row * yPitch + <usize>column * pixelBytes;
      const window = x + <usize>fromY * xPitch + <usize>fromX * pixelBytes;
      if (toY - fromY == 2 && toX - fromX == 2) {
        for (let channel: usize = 0; channel < end; channel += 16) {
          const p = window + channel, q = p + xPitch;
          let v = f32x4.pmax(lowest, v128.load(p));
          v = f32x4.pmax(v, v128.load(p + pixelBytes));
          v = f32x4.pmax(v, v128.load(q));
          v128.store(output + channel, f32x4.pmax(v, v128.load(q + pixelBytes)));
        }
        continue;
      }
      for (let channel: usize = 0; channel < end; channel += 16) {
        let v = lowest;
        let line = window + channel;
        for (let i = fromY; i < toY; i++) {
          let p = line;
          for (let j = fromX; j < toX; j++) {
            v = f32x4.pmax(v, v128.load(p));
            p += pixelBytes;
          }
          line += xPitch;
        }
        v128.store(output + channel, v);
      }
    }
  }
}

/** The mean of the pixels that the window and the image share. */
export function averagePool(
  height: i32, width: i32, channels: i32, x: usize, xHeight: i32, xWidth: i32, xPitch: usize, pixelBytes: usize,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32, y: usize, yPitch: usize,
): void {
  const end = <usize>channels << 2;
  for (let row = 0; row < height; row++) {
    const y0 = row * strideY - top, fromY = max(y0, 0), toY = min(y0 + windowHeight, xHeight);
    for (let column = 0; column < width; column++) {
      const x0 = column * strideX - left, fromX = max(x0, 0), toX = min(x0 + windowWidth, xWidth);
      const output = y + <usize>row * yPitch + <usize>column * pixelBytes;
      const window = x + <usize>fromY * xPitch + <usize>fromX * pixelBytes;
      const count = f32x4.splat(<f32>((toY - fromY) * (toX - fromX)));
      for (let channel: usize = 0; channel < end; channel += 16) {
        let total = f32x4.splat(0);
        let line = window + channel;
        // Sums of rows are summed: the error grows with a side of the window, not with its area.
        for (let i = fromY; i < toY; i++) {
          let sum = f32x4.splat(0);
          let p = line;
          for (let j = fromX; j < toX; j++) {
            sum = f32x4.add(sum, v128.load(p));
            p += pixelBytes;
          }
          total = f32x4.add(total, sum);
          line += xPitch;
        }
        v128.store(output + channel, f32x4.div(total, count));
      }
    }
  }
}
