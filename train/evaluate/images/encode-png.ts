// An image as the file a caller would post.

import { encode } from "fast-png";
import type { Pixels } from "../../../src/image/pixels.ts";

export function encodePng({ width, height, channels, data, maxValue }: Pixels): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode({ width, height, channels, depth: maxValue === 255 ? 8 : 16, data }));
}
