// Decoded images, before any scaling: what every decoder gives and preprocessing takes.

/** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. Alpha is straight, not premultiplied. */
export type ChannelCount = 1 | 2 | 3 | 4;

/** Where a picture lies in its samples: one that was reduced ends within the last of an axis. Fractions of samples. */
export type Extent = { x: number; y: number; width: number; height: number };

/** An image as height x width x channels samples (HWC) from 0 to `maxValue`. */
export type Samples = {
  width: number;
  height: number;
  channels: ChannelCount;
  data: Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array;
  /** 255 for 8-bit samples, 65535 for 16-bit ones. */
  maxValue: 255 | 65535;
  /** Where it is not all of them. */
  extent?: Extent;
};

/** A decoded image: its samples are integers. */
export type Pixels = Samples & { data: Uint8Array | Uint8ClampedArray | Uint16Array };
