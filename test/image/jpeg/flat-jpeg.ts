// JPEGs of any size in which every block is the same: one or two bits each, so that a photo of 12 megapixels is 70 KB.

import { concatBytes } from "../../../src/base/bytes.ts";

export type FlatJpeg = {
  width: number;
  height: number;
  progressive?: boolean;
  /** Of the first of three components; the others have 1 and 1. */
  sampling?: [across: number, down: number];
  /** Each component in a scan of its own. */
  separate?: boolean;
};

const segment = (marker: number, ...body: number[]) => [
  0xff,
  marker,
  (body.length + 2) >> 8,
  (body.length + 2) & 255,
  ...body,
];

/** One code, "0", for the symbol 0: no difference, and the end of a block. */
const ONE_CODE = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** A picture of one grey, 128, stored as YCbCr. */
export function flatJpeg({
  width,
  height,
  progressive = false,
  sampling = [2, 2],
  separate = false,
}: FlatJpeg): Uint8Array {
  const [across, down] = sampling;
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  const mcus = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  const inScan = (component: number) =>
    component === 1
      ? Math.ceil(width / 8) * Math.ceil(height / 8)
      : Math.ceil(Math.ceil(width / across) / 8) * Math.ceil(Math.ceil(height / down) / 8);
  const scan = (components: number[], first: number, last: number, bitsABlock: number) => {
    const blocks = components.length === 1 ? inScan(components[0]) : mcus * (across * down + 2);
    return [
      Uint8Array.from(segment(0xda, components.length, ...components.flatMap((id) => [id, 0]), first, last, 0)),
      new Uint8Array(Math.ceil((blocks * bitsABlock) / 8)),
    ];
  };
  const all = [1, 2, 3];
  const sequential = separate ? all.flatMap((id) => scan([id], 0, 63, 2)) : scan(all, 0, 63, 2);
  const scans = progressive ? [...scan(all, 0, 0, 1), ...all.flatMap((id) => scan([id], 1, 63, 1))] : sequential;
  return concatBytes([
    Uint8Array.of(0xff, 0xd8),
    Uint8Array.from([
      ...segment(0xdb, 0, ...Array.from({ length: 64 }, () => 1)),
      ...segment(progressive ? 0xc2 : 0xc0, 8, ...size, 3, 1, (across << 4) | down, 0, 2, 0x11, 0, 3, 0x11, 0),
      ...segment(0xc4, 0x00, ...ONE_CODE, 0x10, ...ONE_CODE),
    ]),
    ...scans,
    Uint8Array.of(0xff, 0xd9),
  ]);
}
