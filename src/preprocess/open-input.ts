// The graph's input, made of an image whose rows come one after another, as the manifest says.

import type { InputSpec } from "../bundle/manifest.ts";
import type { RowsHeader } from "../image/image-rows.ts";
import { READING } from "../image/orientation/orient.ts";
import type { Samples } from "../image/pixels.ts";
import { placeImage } from "./place-image.ts";
import { readRow } from "./read-row.ts";
import { resampleAxis } from "./resample.ts";
import { createRowResizer } from "./resize-rows.ts";

export type OpenInput = {
  /** Takes whole rows, from the top as they are stored. */
  take: (samples: Samples["data"]) => void;
  /** Float32 height x width x channels, one image of an NHWC batch, once all rows have been taken. */
  finish: () => Float32Array<ArrayBuffer>;
};

/**
 * Colour is converted before resizing, which gives what converting after would (both are linear) with fewer samples to
 * resize. The image is turned upright after resizing, which gives what turning before would for the same reason.
 */
export function openInput(header: RowsHeader, spec: InputSpec): OpenInput {
  const { width, height, extent = { x: 0, y: 0, width, height } } = header;
  const { fromRight, fromBottom, transposed } = READING[header.orientation];
  const channels = spec.colour === "grey" ? 1 : 3;
  const upright = transposed ? { width: extent.height, height: extent.width } : extent;
  const { source, target } = placeImage(upright, spec);
  const alongX = { from: source.x, extent: source.width, samples: target.width };
  const alongY = { from: source.y, extent: source.height, samples: target.height };
  const [across, down] = transposed ? [alongY, alongX] : [alongX, alongY];
  // In the order of what is stored, whose first column or row may be the last of the upright picture.
  const span = (length: number, at: number, whole: number, along: typeof across, isMirrored: boolean) => {
    const from = isMirrored ? whole - along.from - along.extent : along.from;
    return resampleAxis(length, at + from, along.extent, along.samples, spec.resize.filter);
  };
  const columns = span(width, extent.x, extent.width, across, fromRight);
  const rows = span(height, extent.y, extent.height, down, fromBottom);
  const resizer = createRowResizer({ width, channels }, fromRight ? columns.toReversed() : columns, rows);
  const rowSamples = width * header.channels;

  return {
    take(samples) {
      for (let from = 0; from + rowSamples <= samples.length; from += rowSamples) {
        if (!resizer.isNextNeeded()) {
          resizer.skip();
          continue;
        }
        readRow(samples, from, header, channels, spec.background, resizer.row);
        resizer.take();
      }
    },
    finish() {
      const { resized } = resizer;
      const storedAt = (x: number, y: number) => {
        const [column, row] = transposed ? [y, x] : [x, y];
        return ((fromBottom ? rows.length - 1 - row : row) * columns.length + column) * channels;
      };
      const scaleSample = (sample: number, c: number) =>
        (sample * spec.scale - spec.mean[c]) / spec.standardDeviation[c];
      const input = new Float32Array(spec.height * spec.width * channels);
      for (let i = 0; i < input.length; i++) input[i] = scaleSample(spec.background, i % channels);
      for (let y = 0; y < target.height; y++) {
        let to = ((target.y + y) * spec.width + target.x) * channels;
        for (let x = 0; x < target.width; x++) {
          const from = storedAt(x, y);
          for (let c = 0; c < channels; c++) input[to++] = scaleSample(resized[from + c], c);
        }
      }
      return input;
    },
  };
}
