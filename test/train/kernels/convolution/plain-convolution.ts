// Convolutions and their gradients tap by tap, in double precision: what kernels are held to. A pixel outside the images is
// a zero that is multiplied like others.
import { backend_util } from "@tensorflow/tfjs-core";
import { array, constantFrom, integer, oneof, record, type Arbitrary } from "fast-check";

export type Geometry = backend_util.Conv2DInfo;

/** Calls `visit` with the indices into x (-1 outside), filter and y of every product, of one tap a channel if `isDepthwise`. */
function visitProducts(geometry: Geometry, isDepthwise: boolean, visit: (x: number, w: number, y: number) => void) {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = geometry;
  for (let image = 0; image < batchSize; image++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let ky = 0; ky < filterHeight; ky++)
          for (let kx = 0; kx < filterWidth; kx++) {
            const iy = oy * strideHeight + ky * dilationHeight - padInfo.top;
            const ix = ox * strideWidth + kx * dilationWidth - padInfo.left;
            const isInside = iy >= 0 && ix >= 0 && iy < inHeight && ix < inWidth;
            const pixel = ((image * inHeight + iy) * inWidth + ix) * inChannels;
            const y = ((image * outHeight + oy) * outWidth + ox) * outChannels;
            const tap = ky * filterWidth + kx;
            for (let c = 0; c < inChannels; c++) {
              const x = isInside ? pixel + c : -1;
              if (isDepthwise) visit(x, tap * inChannels + c, y + c);
              else
                for (let f = 0; f < outChannels; f++) visit(x, (tap * inChannels + c) * outChannels + f, y + f);
            }
          } // prettier-ignore
}

/** y, clipped at 0 if `clips`. */
export function plainForward(
  geometry: Geometry,
  { x, w, bias, clips }: { x: number[]; w: number[]; bias: number[]; clips: boolean },
  isDepthwise = false,
): number[] {
  const y = Array.from({ length: sizeOf(geometry.outShape) }, (_, i) => bias[i % geometry.outChannels]);
  visitProducts(geometry, isDepthwise, (xi, wi, yi) => (y[yi] += (xi < 0 ? 0 : x[xi]) * w[wi]));
  return y.map((sum) => (clips && sum < 0 ? 0 : sum));
}

export function plainFilterGradient(geometry: Geometry, x: number[], dy: number[], isDepthwise = false): number[] {
  const { filterHeight, filterWidth, inChannels, outChannels } = geometry;
  const weights = filterHeight * filterWidth * inChannels * (isDepthwise ? 1 : outChannels);
  const gradient = Array.from({ length: weights }, () => 0);
  visitProducts(geometry, isDepthwise, (xi, wi, yi) => (gradient[wi] += (xi < 0 ? 0 : x[xi]) * dy[yi]));
  return gradient;
}

/** A pixel that no tap meets has 0. */
export function plainInputGradient(geometry: Geometry, w: number[], dy: number[], isDepthwise = false): number[] {
  const dx = Array.from({ length: sizeOf(geometry.inShape) }, () => 0);
  visitProducts(geometry, isDepthwise, (xi, wi, yi) => void (xi >= 0 && (dx[xi] += w[wi] * dy[yi])));
  return dx;
}

/** What the ReLU's output `gate` lets through. */
export const gated = (dy: number[], gate: number[]): number[] => dy.map((value, i) => (gate[i] > 0 ? value : 0));

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Small whole numbers, whose sums of products single precision holds exactly. */
export const wholeNumbers = (length: number): Arbitrary<number[]> =>
  array(integer({ min: -8, max: 8 }), { minLength: length, maxLength: length });

/** One, or the smallest number there is, of which whole multiples are exact too. */
export const scales: Arbitrary<number> = constantFrom(1, 2 ** -149);

/** The same, with a few that are not finite. */
export const numbers = (length: number): Arbitrary<number[]> =>
  array(
    oneof(
      { arbitrary: integer({ min: -8, max: 8 }), weight: 60 },
      { arbitrary: constantFrom(Number.NaN, Infinity, -Infinity), weight: 1 },
    ),
    { minLength: length, maxLength: length },
  );

/** Convolutions of every stride, dilation and padding that has at least one output pixel. */
export const geometries = (isDepthwise = false): Arbitrary<Geometry> =>
  record({
    batch: integer({ min: 1, max: 3 }),
    height: integer({ min: 1, max: 9 }),
    width: integer({ min: 1, max: 9 }),
    inChannels: integer({ min: 1, max: 9 }),
    outChannels: integer({ min: 1, max: 18 }),
    taps: array(integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 2 }),
    strides: array(integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
    dilations: array(integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
    pad: oneof(constantFrom("same" as const, "valid" as const), array(integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 })),
  })
    .map(({ batch, height, width, inChannels, outChannels, taps, strides, dilations, pad }) =>
      backend_util.computeConv2DInfo(
        [batch, height, width, inChannels],
        [taps[0], taps[1], inChannels, isDepthwise ? 1 : outChannels],
        strides as [number, number],
        dilations as [number, number],
        Array.isArray(pad)
          ? [
              [0, 0],
              [pad[0], pad[1]],
              [pad[2], pad[3]],
              [0, 0],
            ]
          : pad,
        undefined,
        isDepthwise,
      ),
    )
    .filter(({ outShape }) => outShape.every((size) => size > 0)); // prettier-ignore
