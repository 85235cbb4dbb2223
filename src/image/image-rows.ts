// An image on its way: its size first, then its rows as they are decoded, so that a large one never stands in memory
// whole. What decoders give and preprocessing takes.

import type { Orientation } from "./orientation/exif-orientation.ts";
import type { ChannelCount, Extent, Samples } from "./pixels.ts";

export type Size = { width: number; height: number };

/** How many times smaller a decoder may give an image that it can read at less than its size. */
export type Reduction = 1 | 2 | 4 | 8;

/** An image whose rows are about to come, from the top as the file has them. */
export type RowsHeader = Size & {
  channels: ChannelCount;
  maxValue: 255 | 65535;
  /** Where the picture lies in these samples, where it is not all of them. */
  extent?: Extent;
  /** How the rows are to be turned to stand upright. */
  orientation: Orientation;
  /** The file has colours that these rows do not: grey was enough. */
  lacksColour?: boolean;
};

/** Takes the next rows, one or more of them whole; they are gone when it returns. */
export type TakeRows = (samples: Samples["data"]) => void;

export type OpenRows = (header: RowsHeader) => TakeRows;

export type ReadLimits = {
  /** Bounds width x height as the header declares them, before anything is inflated or allocated. */
  maxPixels: number;
  /** Grey is enough: a decoder that has luminance by itself gives nothing else. */
  colour?: "grey" | "rgb";
  /** How far an image of this size, upright, may be reduced. Without it, it is not. */
  reduce?: (upright: Size) => Reduction;
};
