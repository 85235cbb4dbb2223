// Reads PngSuite's reference bitmaps: 32 bits a pixel, bottom row first, blue first.

export function readBmp(bytes: Uint8Array): { width: number; height: number; rgba: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(28, true) !== 32) throw new Error("a bitmap that does not have 32 bits a pixel");
  const [start, width, height] = [view.getUint32(10, true), view.getInt32(18, true), view.getInt32(22, true)];
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = start + ((height - 1 - y) * width + x) * 4;
      rgba.set([bytes[from + 2], bytes[from + 1], bytes[from], bytes[from + 3]], (y * width + x) * 4);
    }
  }
  return { width, height, rgba };
}
