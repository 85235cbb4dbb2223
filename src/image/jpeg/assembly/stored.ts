// Coefficients that have been kept until every scan was read, made samples strip by strip.

import { mcusDown, components } from "./frame";
import {
  BLOCK,
  BLOCKS_ACROSS,
  COEFFICIENTS,
  COEFFICIENT_BYTES,
  component,
  DOWN,
  MASKS,
  NOT_STORED,
  PLACES,
  samplesAt,
  SIDE,
  SLOTS,
  STRIDE,
} from "./memory";
import { transform } from "./transform";

/** How many strips have been made. */
export let made: i32 = 0;

export function openStored(): void {
  made = 0;
}

/** Makes the next strip of what is stored, once every scan has been read. False behind the last. */
export function transformStored(): bool {
  if (made == mcusDown) return false;
  for (let i = 0; i < components; i++) {
    const c = component(i);
    const side = load<i32>(c + SIDE);
    if (!side) continue;
    const across = load<i32>(c + BLOCKS_ACROSS);
    const down = load<i32>(c + DOWN);
    const stride = load<usize>(c + STRIDE);
    for (let v = 0; v < down; v++) {
      for (let blockX = 0; blockX < across; blockX++) {
        const block = <usize>((made * down + v) * across + blockX);
        const dc = recall(c, block);
        transform(side, dc, recalledAc, samplesAt(c, side, stride, blockX, v), stride);
      }
    }
  }
  made++;
  return true;
}

let recalledAc: bool = false;

/** Dequantises a stored block to BLOCK, and gives its DC coefficient. */
function recall(c: usize, block: usize): i32 {
  const coefficients = load<usize>(c + COEFFICIENTS) + block * load<usize>(c + COEFFICIENT_BYTES);
  recalledAc = false;
  if (load<i32>(c + SIDE) > 1) {
    for (let rest = load<u64>(load<usize>(c + MASKS) + (block << 3)); rest; rest &= rest - 1) {
      const k = <usize>ctz(rest);
      const slot = <u32>load<u8>(c + SLOTS + k);
      if (slot == NOT_STORED) continue;
      const place = load<u32>(c + PLACES + (k << 2));
      const value = <i32>load<i16>(coefficients + (<usize>slot << 1));
      store<i32>(BLOCK + <usize>(place & 0xffff), value * <i32>(place >> 16));
      recalledAc = true;
    }
  }
  return <i32>load<i16>(coefficients) * <i32>load<u16>(c + PLACES, 2);
}
