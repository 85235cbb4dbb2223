// What is trained and evaluated on is what the edge makes of the same file, to the last fraction of a sample.

import { expect, test } from "vitest";
import { concatBytes, toUtf8 } from "../../../../src/base/bytes.ts";
import { sha256Hex } from "../../../../src/base/sha256.ts";
import type { InputSpec } from "../../../../src/bundle/manifest.ts";
import { toImageDecoder } from "../../../../src/image/decode-image.ts";
import { createImageReader } from "../../../../src/image/read-image.ts";
import type { Model } from "../../../../src/model/model.ts";
import { predict } from "../../../../src/predict.ts";
import { preprocess } from "../../../../src/preprocess/preprocess.ts";
import { loadCodecModules } from "../../../../train/codec-modules.ts";
import { readImageFile } from "../../../../train/data/files/image-file.ts";
import { collectPredictions } from "../../../../train/evaluate/predictions.ts";
import { brightnessModel } from "../../../explain/bright-spot.ts";
import { exifBlock } from "../../../image/orientation/exif-block.ts";
import { SCALED_VECTORS } from "../../../image/jpeg/scaled-vectors.ts";
import { createScratchFolder } from "./scratch-folder.ts";

const readImage = createImageReader(await loadCodecModules());
const decodeImage = toImageDecoder(readImage);
const scratch = await createScratchFolder();

/** 45 x 37 pixels, read at a quarter: 12 x 10 samples, of which the picture has 11.25 x 9.25. */
const photo = SCALED_VECTORS.find(({ name }) => name === "4:2:0")?.file ?? new Uint8Array();

function turned(orientation: number): Uint8Array<ArrayBuffer> {
  const exif = concatBytes([toUtf8("Exif\0\0"), exifBlock(orientation)]);
  return concatBytes([photo.subarray(0, 2), Uint8Array.of(0xff, 0xe1, 0, exif.length + 2), exif, photo.subarray(2)]);
}

const modes: InputSpec["resize"]["mode"][] = ["stretch", "contain", "cover"];
const cases = modes.flatMap((mode) => [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => [mode, orientation] as const));

test.each(cases)("%s, orientation %i", async (mode, orientation) => {
  const bytes = turned(orientation);
  const path = await scratch.write(`${mode}-${orientation}.jpg`, bytes);
  const file = { path, name: "photo.jpg", sha256: await sha256Hex(bytes) };
  const { model } = brightnessModel("occlusion", { colour: "grey", maxBytes: 4096, resize: { mode, filter: "area" } });
  const { input } = model.manifest;

  const inputs: Float32Array[] = [];
  const watched: Model = {
    ...model,
    run: (inputHwc) => {
      inputs.push(inputHwc);
      return model.run(inputHwc);
    },
  };
  expect(await predict(bytes, watched, readImage)).toMatchObject({ ok: true });
  const read = await readImageFile(file, decodeImage, input);
  if (!read.ok) throw new Error(read.error.detail);
  expect([read.value.width, read.value.height].toSorted((a, b) => b - a)).toEqual([12, 10]);
  inputs.push(preprocess(read.value, input));
  const split = { count: 1, nameOf: () => "photo.jpg", read: async () => read };
  expect(await collectPredictions(watched, split, readImage)).toMatchObject({ ok: true });

  const [edge, trained, evaluated] = inputs;
  expect(new Set(edge).size).toBeGreaterThan(30);
  for (const [i, sample] of edge.entries()) {
    expect(trained[i]).toBeCloseTo(sample, 3);
    expect(evaluated[i]).toBeCloseTo(sample, 3);
  }
});
