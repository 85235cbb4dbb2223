// Rows as a PNG packs them to samples with the file's own depth: palettes looked up, small greys spread over 0 to 255, the
// colour that is declared transparent made so (PNG third edition, sections 11.2.2 and 11.3.1.1).

import type { ChannelCount } from "../../pixels.ts";
import type { PngChunks } from "../png-chunks.ts";
import type { PngHeader } from "../png-header.ts";

/** Takes whole unfiltered rows, and gives their samples, which may be a view of them. */
export type ToSamples = (rows: Uint8Array) => Uint8Array | Uint16Array;

const FILE_CHANNELS = { grey: 1, palette: 1, grey_alpha: 2, rgb: 3, rgb_alpha: 4 } as const;

/** Bytes of a row, and of what a filter takes for a pixel: at least one (PNG third edition, 9.2). */
export function packedSize({ width, bitDepth, colour }: PngHeader): { rowBytes: number; pixelBytes: number } {
  const bits = FILE_CHANNELS[colour] * bitDepth;
  return { rowBytes: Math.ceil((width * bits) / 8), pixelBytes: Math.max(1, bits >> 3) };
}

export function createToSamples(header: PngHeader, chunks: PngChunks, channels: ChannelCount): ToSamples {
  const { width, bitDepth, colour } = header;
  const { transparency } = chunks;
  const fileChannels = FILE_CHANNELS[colour];
  if (bitDepth === 16) return toDeepSamples(fileChannels, channels, transparency);
  if (colour === "grey" || colour === "palette") {
    if (bitDepth === 8 && channels === 1) return (rows) => rows;
    const lookup = colour === "grey" ? greyLookup(header, chunks) : paletteLookup(chunks, channels);
    return (rows) => unpack(rows, width, bitDepth, lookup, channels);
  }
  if (!transparency) return (rows) => rows;
  const [red, green, blue] = [transparency[1], transparency[3], transparency[5]];
  // What a sample of 8 bits cannot be is the colour of no pixel.
  const isKept = transparency[0] + transparency[2] + transparency[4] > 0;
  return (rows) => {
    const samples = new Uint8Array((rows.length / 3) * 4);
    for (let from = 0, to = 0; from < rows.length; from += 3, to += 4) {
      const [r, g, b] = [rows[from], rows[from + 1], rows[from + 2]];
      samples[to] = r;
      samples[to + 1] = g;
      samples[to + 2] = b;
      samples[to + 3] = !isKept && r === red && g === green && b === blue ? 0 : 255;
    }
    return samples;
  };
}

/** Samples of each value that a pixel can have. */
function greyLookup({ bitDepth }: PngHeader, { transparency }: PngChunks): Uint8Array {
  const values = 1 << bitDepth;
  const clear = transparency && (transparency[0] << 8) | transparency[1];
  return Uint8Array.from(
    Array.from({ length: values }, (_, value) => {
      const grey = (value * 255) / (values - 1);
      return transparency ? [grey, value === clear ? 0 : 255] : [grey];
    }).flat(),
  );
}

/** An index beyond the palette is opaque black. */
function paletteLookup({ palette = new Uint8Array(), transparency }: PngChunks, channels: ChannelCount): Uint8Array {
  const lookup = new Uint8Array(256 * channels);
  for (let index = 0; index < 256; index++) {
    lookup.set(palette.subarray(3 * index, 3 * index + 3), channels * index);
    if (channels === 4) lookup[4 * index + 3] = transparency?.[index] ?? 255;
  }
  return lookup;
}

/** The first pixel of a byte is in its highest bits, and each row begins with a byte of its own. */
function unpack(rows: Uint8Array, width: number, bitDepth: number, lookup: Uint8Array, channels: number): Uint8Array {
  const rowBytes = Math.ceil((width * bitDepth) / 8);
  const samples = new Uint8Array((rows.length / rowBytes) * width * channels);
  const mask = (1 << bitDepth) - 1;
  for (let row = 0, to = 0; row < rows.length; row += rowBytes) {
    for (let x = 0; x < width; x++) {
      const bit = x * bitDepth;
      const value = (rows[row + (bit >> 3)] >> (8 - bitDepth - (bit & 7))) & mask;
      for (let c = 0; c < channels; c++) samples[to++] = lookup[value * channels + c];
    }
  }
  return samples;
}

function toDeepSamples(fileChannels: number, channels: ChannelCount, transparency: Uint8Array | undefined): ToSamples {
  const clear =
    transparency &&
    Array.from({ length: fileChannels }, (_, c) => (transparency[2 * c] << 8) | transparency[2 * c + 1]);
  return (rows) => {
    const samples = new Uint16Array((rows.length / 2 / fileChannels) * channels);
    for (let from = 0, to = 0; from < rows.length; to += channels) {
      let isClear = clear !== undefined;
      for (let c = 0; c < fileChannels; c++, from += 2) {
        const sample = (rows[from] << 8) | rows[from + 1];
        samples[to + c] = sample;
        isClear &&= sample === clear?.[c];
      }
      if (clear) samples[to + fileChannels] = isClear ? 0 : 65_535;
    }
    return samples;
  };
}
