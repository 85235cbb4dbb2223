// A worker thread with codecs of its own, which reads image files and leaves them preprocessed where it is told.

import { parentPort } from "node:worker_threads";
import type { Failure, Result } from "../../src/base/result.ts";
import type { InputSpec } from "../../src/bundle/manifest.ts";
import { createImageDecoder } from "../../src/image/decode-image.ts";
import { loadCodecModules } from "../codec-modules.ts";
import type { ImageFile } from "../data/dataset.ts";
import { readImageFile } from "../data/files/image-file.ts";
import { prepareImage, type Destination, type PrepareReason } from "./prepare-image.ts";

export type ReadRequest = { file: ImageFile; index: number; input: InputSpec; destination: Destination | undefined };
export type ReadReply = Result<null, Failure<PrepareReason>>;

const decodeImage = createImageDecoder(await loadCodecModules());

async function answer({ file, index, input, destination }: ReadRequest): Promise<void> {
  const reply: ReadReply = prepareImage(await readImageFile(file, decodeImage, input), index, input, destination);
  parentPort?.postMessage(reply);
}

parentPort?.on("message", (request: ReadRequest) => void answer(request));
parentPort?.postMessage("ready");
