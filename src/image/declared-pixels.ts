// How many pixels an image says it has, read from its header alone: what decoding it is going to hold.

import { readJpegHeader } from "./jpeg/jpeg-header.ts";
import { readPngHeader } from "./png/png-header.ts";
import { sniffMediaType } from "./sniff-media-type.ts";
import { readWebpHeader } from "./webp/webp-header.ts";

const READERS = { "image/png": readPngHeader, "image/jpeg": readJpegHeader, "image/webp": readWebpHeader };

/** None for bytes that no decoder would begin with. */
export function declaredPixels(bytes: Uint8Array): number {
  const mediaType = sniffMediaType(bytes);
  const header = mediaType && READERS[mediaType](bytes);
  return header?.ok ? header.value.width * header.value.height : 0;
}
