// Pooling of levels, eight channels at a time. Windows are cut at the image's edges here, so images need no borders. `x` and
// `y` are the first pixels; both images have `channels` from one pixel to the next.

/** Levels to levels of the same scale. */
export function maxPoolLevels(
  height: i32, width: i32, channels: i32, x: usize, xHeight: i32, xWidth: i32, xPitch: usize,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32, y: usize, yPitch: usize,
): void {
  const pixelBytes = <usize>channels;
  for (let row = 0; row < height; row++) {
    const y0 = row * strideY - top, fromY = max(y0, 0), toY = min(y0 + windowHeight, xHeight);
    for (let column = 0; column < width; column++) {
      const x0 = column * strideX - left, fromX = max(x0, 0), toX = min(x0 + windowWidth, xWidth);
      const output = y + <usize>row * yPitch + <usize>column * pixelBytes;
      const window = x + <usize>fromY * xPitch + <usize>fromX * pixelBytes;
      for (let channel: usize = 0; channel < pixelBytes; channel += 8) {
        let v = i8x16.splat(0);
        let line = window + channel;
        for (let i = fromY; i < toY; i++) {
          let p = line;
          for (let j = fromX; j < toX; j++) {
            v = i8x16.max_u(v, v128.load64_zero(p));
            p += pixelBytes;
          }
          line += xPitch;
        }
        v128.store64_lane(output + channel, v, 0);
      }
    }
  }
}

/** The mean of the pixels that the window and the image share, as numbers: few are made, and they are not rounded. */
export function averagePoolLevels(
  height: i32, width: i32, channels: i32, x: usize, xHeight: i32, xWidth: i32, xPitch: usize,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32, y: usize, yPitch: usize,
  scale: f32, zeroPoint: f32,
): void {
  const pixelBytes = <usize>channels, scales = f32x4.splat(scale), zeros = f32x4.splat(zeroPoint);
  for (let row = 0; row < height; row++) {
    const y0 = row * strideY - top, fromY = max(y0, 0), toY = min(y0 + windowHeight, xHeight);
    for (let column = 0; column < width; column++) {
      const x0 = column * strideX - left, fromX = max(x0, 0), toX = min(x0 + windowWidth, xWidth);
      const output = y + <usize>row * yPitch + (<usize>column * pixelBytes << 2);
      const window = x + <usize>fromY * xPitch + <usize>fromX * pixelBytes;
      const count = f32x4.splat(<f32>((toY - fromY) * (toX - fromX)));
      for (let channel: usize = 0; channel < pixelBytes; channel += 8) {
        let low = i32x4.splat(0), high = low;
        let line = window + channel;
        for (let i = fromY; i < toY; i++) {
          let p = line;
          for (let j = fromX; j < toX; j++) {
            const levels = v128.load8x8_u(p);
            low = i32x4.add(low, i32x4.extend_low_i16x8_u(levels)); high = i32x4.add(high, i32x4.extend_high_i16x8_u(levels));
            p += pixelBytes;
          }
          line += xPitch;
        }
        const q = output + (channel << 2);
        v128.store(q, f32x4.mul(f32x4.sub(f32x4.div(f32x4.convert_i32x4_s(low), count), zeros), scales));
        v128.store(q, f32x4.mul(f32x4.sub(f32x4.div(f32x4.convert_i32x4_s(high), count), zeros), scales), 16);
      }
    }
  }
}
