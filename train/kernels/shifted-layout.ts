// A layout of a convolution's input in which every filter tap meets it as one contiguous run: images are padded and laid
// end to end, so that another tap is the same memory from another start. Filter gradients need no im2col then. Pure.
import type { backend_util } from "@tensorflow/tfjs-core";

/** Along one axis: how long a padded image is, in output pixels, and where each tap finds its input. */
type AxisLayout = {
  length: number;
  /** Remainders by the stride of the padded input positions that taps meet. */
  phases: number[];
  taps: { phase: number; shift: number }[];
};

export type ShiftedLayout = {
  y: AxisLayout;
  x: AxisLayout;
  /** Positions of an image: y.length * x.length. */
  imageLength: number;
  /** Planes of positions an image has: one for each pair of phases. */
  planes: number;
  /** In the order of the filter's taps: the plane to read and how many positions further on. */
  taps: { plane: number; shift: number }[];
  maxShift: number;
};

export function shiftedLayout(geometry: backend_util.Conv2DInfo): ShiftedLayout {
  const { inHeight, outHeight, filterHeight, strideHeight, dilationHeight, padInfo } = geometry;
  const { inWidth, outWidth, filterWidth, strideWidth, dilationWidth } = geometry;
  const y = axisLayout(inHeight, outHeight, filterHeight, strideHeight, dilationHeight, padInfo.top);
  const x = axisLayout(inWidth, outWidth, filterWidth, strideWidth, dilationWidth, padInfo.left);
  const taps = y.taps.flatMap((down) =>
    x.taps.map((right) => ({
      plane: down.phase * x.phases.length + right.phase,
      shift: down.shift * x.length + right.shift,
    })),
  );
  return {
    y,
    x,
    imageLength: y.length * x.length,
    planes: y.phases.length * x.phases.length,
    taps,
    maxShift: Math.max(...taps.map(({ shift }) => shift)),
  };
}

/**
 * Position p of phase r is the padded input's stride * p + r, and output pixel o meets tap t at position o + shift of its
 * phase. Positions past the end are the next line's (or image's) first ones, which may serve as this one's padding as
 * long as they are padding too.
 */
function axisLayout(
  inSize: number,
  outSize: number,
  filterSize: number,
  stride: number,
  dilation: number,
  padBefore: number,
): AxisLayout {
  const reach = Array.from({ length: filterSize }, (_, tap) => tap * dilation);
  const phases = [...new Set(reach.map((offset) => offset % stride))].toSorted((a, b) => a - b);
  const taps = reach.map((offset) => ({ phase: phases.indexOf(offset % stride), shift: Math.floor(offset / stride) }));
  const needed = outSize + Math.max(...taps.map(({ shift }) => shift));
  const zerosAtStart = Math.max(0, Math.ceil((padBefore - Math.max(...phases)) / stride));
  const zerosFrom = Math.max(0, Math.ceil((inSize + padBefore - Math.min(...phases)) / stride));
  const length = Math.max(outSize, needed - zerosAtStart, Math.min(needed, zerosFrom));
  return { length, phases, taps };
}

/** Which images, and how they are laid out. */
export type Images = { first: number; count: number };

/**
 * Writes some of `x` [batch, inHeight, inWidth, inChannels] into `planes` [planes, inChannels, positions]
 * ("channels first") or [planes, positions, inChannels], which must be zero.
 */
export function layOutInput(
  x: Float32Array,
  geometry: backend_util.Conv2DInfo,
  layout: ShiftedLayout,
  images: Images,
  order: "channels first" | "channels last",
  planes: Float32Array,
): void {
  const { inHeight, inWidth, inChannels, strideHeight, strideWidth, padInfo } = geometry;
  const positions = images.count * layout.imageLength;
  const positionStep = order === "channels first" ? 1 : inChannels;
  let plane = 0;
  for (const phaseY of layout.y.phases) {
    for (const phaseX of layout.x.phases) {
      const firstX = Math.max(0, Math.ceil((padInfo.left - phaseX) / strideWidth));
      const endX = Math.min(layout.x.length, Math.ceil((inWidth + padInfo.left - phaseX) / strideWidth));
      for (let line = 0; line < images.count * layout.y.length; line++) {
        const image = Math.floor(line / layout.y.length);
        const y = (line - image * layout.y.length) * strideHeight + phaseY - padInfo.top;
        if (y < 0 || y >= inHeight || endX <= firstX) continue;
        const fromLine = ((images.first + image) * inHeight + y) * inWidth;
        const from = (fromLine + firstX * strideWidth + phaseX - padInfo.left) * inChannels;
        const to = plane * positions * inChannels + (line * layout.x.length + firstX) * positionStep;
        const pixels = endX - firstX;
        if (order === "channels first") copyChannels(x, from, strideWidth, planes, to, positions, inChannels, pixels);
        else copyPixels(x, from, strideWidth, planes, to, inChannels, pixels);
      }
      plane++;
    }
  }
}

/** Transposes pixels of a line. */
function copyChannels(
  x: Float32Array,
  from: number,
  stride: number,
  planes: Float32Array,
  to: number,
  positions: number,
  channels: number,
  pixels: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    let read = from + channel;
    const start = to + channel * positions;
    for (let write = start; write < start + pixels; write++, read += stride * channels) planes[write] = x[read];
  }
}

/** Copies every so many pixels of a line. */
function copyPixels(
  x: Float32Array,
  from: number,
  stride: number,
  planes: Float32Array,
  to: number,
  channels: number,
  pixels: number,
): void {
  if (stride === 1) {
    planes.set(x.subarray(from, from + pixels * channels), to);
    return;
  }
  let read = from;
  for (let write = to; write < to + pixels * channels; read += (stride - 1) * channels) {
    for (const end = write + channels; write < end;) planes[write++] = x[read++];
  }
}

/** Writes some of `dy` [batch, outHeight, outWidth, outChannels] into `positions` [positions, outChannels], all of it. */
export function layOutGradient(
  dy: Float32Array,
  { outHeight, outWidth, outChannels }: backend_util.Conv2DInfo,
  layout: ShiftedLayout,
  images: Images,
  positions: Float32Array,
): void {
  const lineFloats = outWidth * outChannels;
  const paddedFloats = layout.x.length * outChannels;
  for (let line = 0; line < images.count * layout.y.length; line++) {
    const image = Math.floor(line / layout.y.length);
    const y = line - image * layout.y.length;
    const to = line * paddedFloats;
    const kept = y < outHeight ? lineFloats : 0;
    if (kept > 0) {
      const from = ((images.first + image) * outHeight + y) * lineFloats;
      positions.set(dy.subarray(from, from + lineFloats), to);
    }
    positions.fill(0, to + kept, to + paddedFloats);
  }
}
