// The posted image as people look at it: what the overlay is drawn on.

import type { InputSpec } from "../bundle/manifest.ts";
import { fail, ok, type Failure, type Result } from "../base/result.ts";
import type { Reduction, RowsHeader, Size, TakeRows } from "../image/image-rows.ts";
import { swapsAxes } from "../image/orientation/orient.ts";
import type { DecodeReason, ReadImage } from "../image/read-image.ts";
import type { PostedImage } from "../predict.ts";
import { openInput } from "../preprocess/open-input.ts";
import { chooseReduction } from "../preprocess/read-limits.ts";

/** Height x width x RGB, 8 bits each. */
export type Picture = { width: number; height: number; data: Uint8Array };

type OpenPicture = { take: TakeRows; finish: () => Picture };

/** Enough to look at on a phone; an overlay has at most 0.8 MB before it is deflated. */
const MAX_SIDE = 512;

function pictureSize(upright: Size): Size {
  const shrink = Math.min(1, MAX_SIDE / Math.max(upright.width, upright.height));
  const [width, height] = [upright.width, upright.height].map((side) => Math.max(1, Math.round(side * shrink)));
  return { width, height };
}

const pictureReduction = (upright: Size): Reduction =>
  chooseReduction(upright, { ...pictureSize(upright), resize: { mode: "stretch", filter: "area" } });

/** The whole image, shrunk if it is large and never enlarged; transparency lies over the background as for the model. */
function openPicture(header: RowsHeader, spec: InputSpec): OpenPicture {
  const upright = swapsAxes(header.orientation) ? { width: header.height, height: header.width } : header;
  const { width, height } = pictureSize(upright);
  // Most medical images are grey: one channel is shrunk, and shown as three.
  const isGrey = header.channels <= 2;
  const input = openInput(header, {
    ...spec,
    width,
    height,
    colour: isGrey ? "grey" : "rgb",
    resize: { mode: "stretch", filter: "area" },
    scale: 1,
    mean: [0, 0, 0],
    standardDeviation: [1, 1, 1],
  });
  return {
    take: input.take,
    finish() {
      const samples = input.finish();
      const data = new Uint8Array(3 * width * height);
      for (let i = 0; i < data.length; i++) data[i] = samples[isGrey ? Math.trunc(i / 3) : i] + 0.5; // rounded: bytes are cut off
      return { width, height, data };
    },
  };
}

/** A reader to predict with, and the picture of the image that it has read. */
export type PictureReader = {
  readImage: ReadImage;
  readPicture: (image: PostedImage) => Promise<Result<Picture, Failure<DecodeReason>>>;
};

/**
 * Makes the picture of the rows that the prediction is made of where they are enough for it. A photo is decoded again for
 * its picture where it was reduced further for a small model, or read without its colours for a grey one.
 */
export function createPictureReader(readImage: ReadImage, spec: InputSpec): PictureReader {
  let picture: Picture | undefined;
  return {
    async readImage(bytes, limits, openRows) {
      let isEnough = true;
      const reduce = (upright: Size): Reduction => {
        const reduction = limits.reduce?.(upright) ?? 1;
        isEnough = reduction <= pictureReduction(upright);
        return reduction;
      };
      let opened: OpenPicture | undefined;
      const read = await readImage(bytes, { ...limits, reduce }, (header) => {
        const takeRows = openRows(header);
        if (!isEnough || header.lacksColour) return takeRows;
        const { take } = (opened = openPicture(header, spec));
        return (rows) => {
          takeRows(rows);
          take(rows);
        };
      });
      if (read.ok) picture = opened?.finish();
      return read;
    },
    readPicture: async (image) => (picture ? ok(picture) : readAgain(image, spec, readImage)),
  };
}

async function readAgain(
  image: PostedImage,
  spec: InputSpec,
  readImage: ReadImage,
): Promise<Result<Picture, Failure<DecodeReason>>> {
  if (!(image instanceof Uint8Array)) {
    const picture = openPicture({ ...image, orientation: 1 }, spec);
    picture.take(image.data);
    return ok(picture.finish());
  }
  let opened: OpenPicture | undefined;
  const read = await readImage(image, { maxPixels: spec.maxPixels, reduce: pictureReduction }, (header) => {
    opened = openPicture(header, spec);
    return opened.take;
  });
  if (!read.ok) return read;
  return opened ? ok(opened.finish()) : fail("corrupt", "the image has no pixels");
}
