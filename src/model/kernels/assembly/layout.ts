// Numbers moved as they are: rows with other pitches, and borders of zeros.

/** `rows` of `bytes` each. */
export function copyRows(rows: i32, bytes: usize, x: usize, xPitch: usize, y: usize, yPitch: usize): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(y, x, bytes);
    x += xPitch; y += yPitch;
  }
}

/** `rows` gaps of `bytes`, a multiple of 4, `pitch` apart, become zeros. */
export function clearRows(rows: i32, bytes: usize, y: usize, pitch: usize): void {
  for (let row = 0; row < rows; row++) {
    if (bytes > 256) memory.fill(y, 0, bytes);
    else for (let at: usize = 0; at < bytes; at += 4) store<u32>(y + at, 0);
    y += pitch;
  }
}
