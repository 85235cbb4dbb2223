// Numbers moved as they are: rows with other pitches, and borders of one byte over again.

/** `rows` of `bytes` each. */
export function copyRows(rows: i32, bytes: usize, x: usize, xPitch: usize, y: usize, yPitch: usize): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(y, x, bytes);
    x += xPitch; y += yPitch;
  }
}

/** `rows` gaps of `bytes`, `pitch` apart, are filled with `byte`. */
export function fillRows(rows: i32, bytes: usize, y: usize, pitch: usize, byte: u8): void {
  const four = <u32>byte * 0x01010101;
  for (let row = 0; row < rows; row++) {
    if (bytes > 256) memory.fill(y, byte, bytes);
    else {
      let at: usize = 0;
      for (; at + 4 <= bytes; at += 4) store<u32>(y + at, four);
      for (; at < bytes; at++) store<u8>(y + at, byte);
    }
    y += pitch;
  }
}
