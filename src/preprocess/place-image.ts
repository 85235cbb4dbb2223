// Where the image goes: which part of the source is used and which part of the target it fills.

import type { InputSpec } from "../bundle/manifest.ts";

export type Size = { width: number; height: number };
export type Rectangle = Size & { x: number; y: number };

/** Source in pixels, fractions allowed; target in whole pixels inside the input. */
export type Placement = { source: Rectangle; target: Rectangle };

export function placeImage(image: Size, spec: Pick<InputSpec, "width" | "height" | "resize">): Placement {
  const wholeSource = { x: 0, y: 0, width: image.width, height: image.height };
  const wholeTarget = { x: 0, y: 0, width: spec.width, height: spec.height };
  switch (spec.resize.mode) {
    case "stretch":
      return { source: wholeSource, target: wholeTarget };
    case "contain": {
      const scale = Math.min(spec.width / image.width, spec.height / image.height);
      const width = Math.max(1, Math.round(image.width * scale));
      const height = Math.max(1, Math.round(image.height * scale));
      const x = Math.floor((spec.width - width) / 2);
      const y = Math.floor((spec.height - height) / 2);
      return { source: wholeSource, target: { x, y, width, height } };
    }
    case "cover": {
      const scale = Math.max(spec.width / image.width, spec.height / image.height);
      const width = spec.width / scale;
      const height = spec.height / scale;
      const x = (image.width - width) / 2;
      const y = (image.height - height) / 2;
      return { source: { x, y, width, height }, target: wholeTarget };
    }
  }
}
