// The codecs always give RGBA; this keeps the channels that the file has.

import type { ChannelCount } from "../pixels.ts";

/** Which of R, G, B and A make 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. A grey pixel has R = G = B. */
const KEPT: Record<ChannelCount, number[]> = { 1: [0], 2: [0, 3], 3: [0, 1, 2], 4: [0, 1, 2, 3] };

/** Copies the samples out of `rgba`, which may be a view of a codec's memory. */
export function takeChannels(rgba: Uint8Array | Uint16Array, channels: ChannelCount): Uint8Array | Uint16Array {
  if (channels === 4) return rgba.slice();
  const length = (rgba.length / 4) * channels;
  const samples = rgba instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
  const kept = KEPT[channels];
  for (const [channel, source] of kept.entries()) {
    for (let from = source, to = channel; to < length; from += 4, to += channels) samples[to] = rgba[from];
  }
  return samples;
}
