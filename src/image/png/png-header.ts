// Reads the 33 bytes that every PNG starts with: the signature and IHDR (PNG third edition, sections 5.2 and 11.2.1).

import { fail, ok, type Failure, type Result } from "../../base/result.ts";

export type PngColour = "grey" | "rgb" | "palette" | "grey_alpha" | "rgb_alpha";

export type PngHeader = {
  width: number;
  height: number;
  bitDepth: 1 | 2 | 4 | 8 | 16;
  colour: PngColour;
  interlaced: boolean;
};

/** Offset of the first chunk after IHDR. */
export const PNG_HEADER_BYTES = 33;

/** PNG third edition, section 11.2.1: colour type, its name here, the bit depths that it allows. */
const COLOUR_TYPES = new Map<number, { colour: PngColour; bitDepths: PngHeader["bitDepth"][] }>([
  [0, { colour: "grey", bitDepths: [1, 2, 4, 8, 16] }],
  [2, { colour: "rgb", bitDepths: [8, 16] }],
  [3, { colour: "palette", bitDepths: [1, 2, 4, 8] }],
  [4, { colour: "grey_alpha", bitDepths: [8, 16] }],
  [6, { colour: "rgb_alpha", bitDepths: [8, 16] }],
]);

const IHDR = 0x49484452;

/** Expects bytes that begin like a PNG. A size of zero is left to the caller, like one that is too large. */
export function readPngHeader(bytes: Uint8Array): Result<PngHeader, Failure<"truncated" | "corrupt">> {
  if (bytes.length < PNG_HEADER_BYTES) return fail("truncated", "the PNG ends inside its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== IHDR) {
    return fail("corrupt", "the PNG does not begin with an IHDR chunk");
  }
  const type = COLOUR_TYPES.get(view.getUint8(25));
  const bitDepth = type?.bitDepths.find((depth) => depth === view.getUint8(24));
  if (!type || !bitDepth) return fail("corrupt", "the PNG's colour type and bit depth do not go together");
  const [compression, filter, interlace] = [view.getUint8(26), view.getUint8(27), view.getUint8(28)];
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    return fail("corrupt", "the PNG declares a compression, filter or interlace method that does not exist");
  }
  return ok({
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitDepth,
    colour: type.colour,
    interlaced: interlace === 1,
  });
}
