// The graph's input, made of an image whose rows come one after another, as the manifest says.

import type { InputSpec } from "../bundle/manifest.ts";
import type { RowsHeader } from "../image/image-rows.ts";
import { READING } from "../image/orient.ts";
import type { Samples } from "../image/pixels.ts";
import { placeImage } from "./place-image.ts";
import { readRow } from "./read-row.ts";
import { mirrorSpans, resampleAxis } from "./resample.ts";
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
  const { width, height } = header;
  const { fromRight, fromBottom, transposed } = READING[header.orientation];
  const channels = spec.colour === "grey" ? 1 : 3;
  const upright = transposed ? { width: height, height: width } : { width, height };
  const { source, target } = placeImage(upright, spec);
  const { filter } = spec.resize;
  const alongX = resampleAxis(upright.width, source.x, source.width, target.width, filter);
  const alongY = resampleAxis(upright.height, source.y, source.height, target.height, filter);
  const [across, down] = transposed ? [alongY, alongX] : [alongX, alongY];
  const resizer = createRowResizer(
    { width, channels },
    fromRight ? mirrorSpans(across, width) : across,
    // From the top of what is stored: the last of the upright picture is first there.
    fromBottom ? mirrorSpans(down, height).toReversed() : down,
  );
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
        return ((fromBottom ? down.length - 1 - row : row) * across.length + column) * channels;
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
