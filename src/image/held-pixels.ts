// How many pixels stand in memory at once while an image is read, judged by its header alone: what it takes of the room
// that there is for all.

import type { Size } from "./image-rows.ts";
import { readJpegHeader } from "./jpeg/segments/jpeg-header.ts";
import { readPngHeader } from "./png/png-header.ts";
import { sniffMediaType } from "./sniff-media-type.ts";
import { readWebpHeader } from "./webp/webp-header.ts";

/** Of what goes through row by row: as many rows as a JPEG's strip has, or a few of anything else. */
const STRIP_ROWS = 16;

/** A progressive JPEG's coefficients, where it is read at a quarter of its size or more, beside decoded pixels. */
const PROGRESSIVE_SHARE = 0.25;

/** None for bytes that no decoder would begin with. */
export function heldPixels(bytes: Uint8Array): number {
  switch (sniffMediaType(bytes)) {
    case "image/jpeg": {
      const header = readJpegHeader(bytes);
      if (!header.ok) return 0;
      const { components, progressive } = header.value;
      if (components.length === 4) return whole(header.value);
      return progressive ? Math.ceil(PROGRESSIVE_SHARE * whole(header.value)) : strip(header.value);
    }
    case "image/png": {
      const header = readPngHeader(bytes);
      if (!header.ok) return 0;
      return header.value.interlaced ? whole(header.value) : strip(header.value);
    }
    case "image/webp": {
      const header = readWebpHeader(bytes);
      return header.ok ? whole(header.value) : 0;
    }
    case undefined:
      return 0;
  }
}

const whole = ({ width, height }: Size): number => width * height;

const strip = ({ width, height }: Size): number => width * Math.min(height, STRIP_ROWS);
