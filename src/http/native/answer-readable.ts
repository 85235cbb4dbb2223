// Of the images of a request, those that could be read are answered together.

import type { Failure, Result } from "../../base/result.ts";
import type { PostedImage } from "../../predict.ts";
import type { ReadImage, ReadImageReason } from "./read-images.ts";

/** `answerAll` gives an answer for each readable image, in order; the others keep their failures, in their places. */
export async function answerReadable<Value, Reason extends string>(
  images: readonly ReadImage[],
  answerAll: (readable: PostedImage[]) => Promise<Result<Value, Failure<Reason>>[]>,
): Promise<Result<Value, Failure<Reason | ReadImageReason>>[]> {
  const answered = await answerAll(images.flatMap((image) => (image.ok ? [image.value] : [])));
  let next = 0;
  return images.map((image) => (image.ok ? answered[next++] : image));
}
