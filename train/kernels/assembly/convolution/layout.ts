// Tensors laid out as the matrix kernels read and write them: borders, panels, and where rows begin.
//
// Wherever `gate` is not 0, it is the address of the output of a ReLU, of the same shape as the source: what is laid out
// is the source where the gate is positive, and 0 elsewhere.

import { gated, gatedOne } from "../gate";

/** Byte offsets of images x height x width pixels, one after the other, by their pitches. */
export function writeOffsets(
  images: i32, height: i32, width: i32, start: usize, imagePitch: usize, rowPitch: usize, pixelPitch: usize, offsets: usize,
): void {
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < height; row++) {
      let offset = start + <usize>image * imagePitch + <usize>row * rowPitch;
      for (let column = 0; column < width; column++) {
        store<u32>(offsets, <u32>offset);
        offsets += 4; offset += pixelPitch;
      }
    }
  }
}

/**
 * Windows of images [height, width, channels] that begin `top` and `left` pixels before them (after them, if negative),
 * with zeros where a window has no image.
 */
export function frameImages(
  images: i32, height: i32, width: i32, channels: i32, x: usize, gate: usize,
  top: i32, left: i32, frameHeight: i32, frameWidth: i32, frame: usize,
): void {
  const pixelBytes = <usize>channels << 2;
  const rowBytes = <usize>width * pixelBytes, frameRowBytes = <usize>frameWidth * pixelBytes;
  const fromX = max(0, -left), toX = min(width, frameWidth - left);
  const kept = toX > fromX ? <usize>(toX - fromX) * pixelBytes : 0;
  const before = kept ? <usize>(fromX + left) * pixelBytes : frameRowBytes;
  const after = frameRowBytes - before - kept;
  const skipped = <usize>fromX * pixelBytes;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < frameHeight; row++) {
      const y = row - top;
      if (y < 0 || y >= height) {
        memory.fill(frame, 0, frameRowBytes);
      } else {
        const from = <usize>(image * height + y) * rowBytes + skipped;
        clear(frame, before);
        if (gate) copyGated(kept, x + from, gate + from, frame + before);
        else memory.copy(frame + before, x + from, kept);
        clear(frame + before + kept, after);
      }
      frame += frameRowBytes;
    }
  }
}

// memory.fill is a call out of the module: a border of a pixel or two is written sooner.
@inline
function clear(address: usize, bytes: usize): void {
  if (bytes > 256) memory.fill(address, 0, bytes);
  else for (let at: usize = 0; at < bytes; at += 4) store<u32>(address + at, 0);
}

function copyGated(bytes: usize, x: usize, gate: usize, to: usize): void {
  const zero = f32x4.splat(0), highest = f32x4.splat(Infinity);
  const end = x + bytes, vectorEnd = x + (bytes & ~15);
  for (; x < vectorEnd; x += 16, gate += 16, to += 16) v128.store(to, gated(v128.load(x), v128.load(gate), zero, highest));
  for (; x < end; x += 4, gate += 4, to += 4) store<f32>(to, gatedOne(load<f32>(x), load<f32>(gate), 0, Infinity));
}

/**
 * A matrix [depth, columns], `rowStep` and `columnStep` bytes from one number to the next, into panels
 * [columns / 8][panelDepth][8] at the row `at` of each: its last panel filled with zeros.
 */
export function packPanels(
  depth: i32, columns: i32, matrix: usize, gate: usize, rowStep: usize, columnStep: usize, panels: usize, panelDepth: i32, at: i32,
): void {
  const zero = f32x4.splat(0), highest = f32x4.splat(Infinity);
  for (let first = 0; first < columns; first += 8) {
    const width = min(8, columns - first);
    const start = <usize>first * columnStep;
    let to = panels + (<usize>first * <usize>panelDepth << 2) + (<usize>at << 5);
    const end = to + (<usize>depth << 5);
    let from = matrix + start, gateFrom = gate + start;
    if (width == 8 && columnStep == 4) {
      if (gate) {
        for (; to < end; to += 32, from += rowStep, gateFrom += rowStep) {
          v128.store(to, gated(v128.load(from), v128.load(gateFrom), zero, highest));
          v128.store(to, gated(v128.load(from, 16), v128.load(gateFrom, 16), zero, highest), 16);
        }
      } else {
        for (; to < end; to += 32, from += rowStep) {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
        }
      }
      continue;
    }
    for (; to < end; to += 32, from += rowStep, gateFrom += rowStep) {
      let column: usize = 0;
      for (; column < <usize>width; column++) {
        const value = load<f32>(from + column * columnStep);
        store<f32>(to + (column << 2), gate ? gatedOne(value, load<f32>(gateFrom + column * columnStep), 0, Infinity) : value);
      }
      for (; column < 8; column++) store<f32>(to + (column << 2), 0);
    }
  }
}

/** Rows of `columns` numbers, `pitch` bytes apart, each to its own offset. */
export function placeRows(rows: i32, columns: i32, from: usize, pitch: usize, to: usize, offsets: usize): void {
  for (let row = 0; row < rows; row++) {
    const target = to + <usize>load<u32>(offsets + (<usize>row << 2));
    for (let at: usize = 0; at < <usize>columns << 2; at += 4) store<u32>(target + at, load<u32>(from + at));
    from += pitch;
  }
}
